package dev.ottla.base;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

final class SystemFileHandle implements FileHandle {
    private static final Path NOWHERE = Path.of("/dev/null");

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

    /** Sent to where nothing arrives, nothing is copied. */
    @Override
    public long readAhead(long position, long countBytes) throws IOException {
        try (FileChannel nowhere = openNowhere()) {
            return nowhere == null
                    ? FileHandle.super.readAhead(position, countBytes)
                    : send(position, countBytes, nowhere);
        }
    }

    /** Null when it cannot be opened. */
    private static @Nullable FileChannel openNowhere() {
        try {
            return FileChannel.open(NOWHERE, StandardOpenOption.WRITE);
        } catch (IOException none) {
            return null;
        }
    }

    private long send(long position, long countBytes, FileChannel target) throws IOException {
        long done = 0;
        while (done < countBytes) {
            long sent = channel.transferTo(position + done, countBytes - done, target);
            if (sent == 0) {
                break;
            }
            done += sent;
        }
        return done;
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
