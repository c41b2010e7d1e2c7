package dev.ottla.base;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;

final class SystemFileHandle implements FileHandle {
    private final FileChannel channel;
    private final boolean direct;

    SystemFileHandle(FileChannel channel) {
        this(channel, false);
    }

    SystemFileHandle(FileChannel channel, boolean direct) {
        this.channel = channel;
        this.direct = direct;
    }

    @Override
    public void write(ByteBuffer source, long position) throws IOException {
        long at = position;
        while (source.hasRemaining()) {
            at += channel.write(source, at);
        }
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
        return channel.read(target, position);
    }

    @Override
    public long transferTo(long position, long countBytes, WritableByteChannel target) throws IOException {
        return channel.transferTo(position, countBytes, target);
    }

    @Override
    public long size() throws IOException {
        return channel.size();
    }

    @Override
    public void truncate(long sizeBytes) throws IOException {
        channel.truncate(sizeBytes);
    }

    @Override
    public void force(boolean metadata) throws IOException {
        channel.force(metadata);
    }

    @Override
    public boolean isDirect() {
        return direct;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
