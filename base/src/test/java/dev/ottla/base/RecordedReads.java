package dev.ottla.base;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.List;

/** A file that notes how much each read gave. */
record RecordedReads(FileHandle handle, List<Integer> reads) implements FileHandle {
    RecordedReads(FileHandle handle) {
        this(handle, new ArrayList<>());
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
        int count = handle.read(target, position);
        if (count > 0) {
            reads.add(count);
        }
        return count;
    }

    @Override
    public void write(ByteBuffer source, long position) throws IOException {
        handle.write(source, position);
    }

    @Override
    public long transferTo(long position, long countBytes, WritableByteChannel target) throws IOException {
        return handle.transferTo(position, countBytes, target);
    }

    @Override
    public long size() throws IOException {
        return handle.size();
    }

    @Override
    public void truncate(long sizeBytes) throws IOException {
        handle.truncate(sizeBytes);
    }

    @Override
    public void force(boolean metadata) throws IOException {
        handle.force(metadata);
    }

    @Override
    public void close() throws IOException {
        handle.close();
    }
}
