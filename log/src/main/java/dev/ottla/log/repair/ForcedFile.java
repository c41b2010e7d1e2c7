package dev.ottla.log.repair;

import dev.ottla.base.FileHandle;
import dev.ottla.base.Files;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** A new file, written from its beginning, forced when it is closed. */
final class ForcedFile implements Closeable {
    private static final int BUFFER_BYTES = 64 << 10;

    private final FileHandle handle;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    private long writtenBytes;

    ForcedFile(Files files, Path path) throws IOException {
        handle = files.open(path, true);
        handle.truncate(0);
    }

    void write(ByteBuffer bytes) throws IOException {
        ByteBuffer source = bytes.duplicate();
        while (source.hasRemaining()) {
            int count = Math.min(buffer.remaining(), source.remaining());
            buffer.put(source.slice(source.position(), count));
            source.position(source.position() + count);
            if (!buffer.hasRemaining()) {
                drain();
            }
        }
    }

    private void drain() throws IOException {
        buffer.flip();
        int count = buffer.remaining();
        handle.write(buffer, writtenBytes);
        writtenBytes += count;
        buffer.clear();
    }

    @Override
    public void close() throws IOException {
        try (FileHandle closing = handle) {
            drain();
            closing.force(true);
        }
    }
}
