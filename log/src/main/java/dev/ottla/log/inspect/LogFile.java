package dev.ottla.log.inspect;

import dev.ottla.base.FileHandle;
import dev.ottla.base.Files;
import dev.ottla.record.BatchHeader;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * One file, read through a window of bounded size. A page that the disk cannot read counts as zeros, which no checksum takes for a batch, as long
 * as other pages can be read. The size is that of the moment it was opened: a broker may go on writing.
 */
public final class LogFile implements Closeable {
    private static final int WINDOW_BYTES = 256 << 10;
    private static final int PAGE_BYTES = 4096;

    private final FileHandle handle;
    private final Path path;
    private final long sizeBytes;
    private final ByteBuffer window = ByteBuffer.allocate(WINDOW_BYTES).limit(0);
    private final CRC32C crc = new CRC32C();
    private long windowAt;
    private long unreadableBytes;

    private LogFile(FileHandle handle, Path path, long sizeBytes) {
        this.handle = handle;
        this.path = path;
        this.sizeBytes = sizeBytes;
    }

    public static LogFile open(Files files, Path path) throws IOException {
        FileHandle handle = files.openReadOnly(path);
        try {
            return new LogFile(handle, path, handle.size());
        } catch (IOException failure) {
            handle.close();
            throw failure;
        }
    }

    public Path path() {
        return path;
    }

    public long sizeBytes() {
        return sizeBytes;
    }

    /** How many bytes the disk could not read so far; they counted as zeros. */
    public long unreadableBytes() {
        return unreadableBytes;
    }

    /** Has so many bytes at a position in {@link #window}; answers where in it. At most a page. */
    int at(long position, int bytes) throws IOException {
        if (position < windowAt || position + bytes > windowAt + window.limit()) {
            fill(position);
            if (bytes > window.limit()) {
                throw new EOFException(path + " ends before position " + (position + bytes));
            }
        }
        return (int) (position - windowAt);
    }

    ByteBuffer window() {
        return window;
    }

    private void fill(long position) throws IOException {
        window.clear().limit(Math.clamp(sizeBytes - position, 0, WINDOW_BYTES));
        windowAt = position;
        read(window, position);
        window.flip();
    }

    /** Copies bytes out of the file into what is left of {@code target}. */
    public void read(ByteBuffer target, long position) throws IOException {
        int from = target.position();
        try {
            readFully(target, target.limit(), position);
        } catch (EOFException shorter) {
            throw shorter;
        } catch (IOException unreadable) {
            readPageByPage(target.position(from), position, unreadable);
        }
    }

    private void readPageByPage(ByteBuffer target, long position, IOException first) throws IOException {
        int end = target.limit();
        long before = unreadableBytes;
        int wanted = target.remaining();
        long at = position;
        while (target.hasRemaining()) {
            int page = Math.min(target.remaining(), PAGE_BYTES - (int) (at % PAGE_BYTES));
            int stop = target.position() + page;
            try {
                readFully(target, stop, at);
            } catch (EOFException shorter) {
                throw shorter;
            } catch (IOException unreadable) {
                unreadableBytes += page;
                target.limit(end);
                target.put(stop - page, new byte[page]).position(stop);
            }
            target.limit(end);
            at += page;
        }
        if (unreadableBytes - before == wanted && wanted > PAGE_BYTES) {
            throw first;
        }
    }

    private void readFully(ByteBuffer target, int stop, long position) throws IOException {
        target.limit(stop);
        long at = position;
        while (target.hasRemaining()) {
            int count = handle.read(target, at);
            if (count < 0) {
                throw new EOFException(path + " ends at " + at + " now");
            }
            at += count;
        }
    }

    /** CRC-32C of the bytes that a batch's checksum covers, if the batch lies there. */
    int crcOf(long position, long batchBytes) throws IOException {
        crc.reset();
        long at = position + BatchHeader.ATTRIBUTES_AT;
        long end = position + batchBytes;
        while (at < end) {
            int from = at(at, 1);
            int count = (int) Math.min(window.limit() - from, end - at);
            crc.update(window.array(), from, count);
            at += count;
        }
        return (int) crc.getValue();
    }

    @Override
    public void close() throws IOException {
        handle.close();
    }
}
