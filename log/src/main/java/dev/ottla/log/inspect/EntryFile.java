package dev.ottla.log.inspect;

import dev.ottla.base.Files;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * An index file, entry by entry, in bounded memory.
 *
 * @param <T> an entry
 */
public final class EntryFile<T> implements Closeable {
    private final LogFile file;
    private final int entryBytes;
    private final Decoder<T> decoder;
    private long index;

    private interface Decoder<T> {
        T decode(ByteBuffer buffer, int at, long index);
    }

    /** @param index its place in the file, from 0 */
    public record OffsetEntry(long index, int relativeOffset, int position) {}

    /** @param index its place in the file, from 0 */
    public record TimeEntry(long index, long timestampMs, int relativeOffset) {}

    /** @param index its place in the file, from 0 */
    public record AbortedEntry(
            long index, short version, long producerId, long firstOffset, long lastOffset, long lastStableOffset) {}

    private EntryFile(LogFile file, int entryBytes, Decoder<T> decoder) {
        this.file = file;
        this.entryBytes = entryBytes;
        this.decoder = decoder;
    }

    /** An .index file. */
    public static EntryFile<OffsetEntry> offsets(Files files, Path path) throws IOException {
        return new EntryFile<>(
                LogFile.open(files, path),
                8,
                (buffer, at, index) -> new OffsetEntry(index, buffer.getInt(at), buffer.getInt(at + 4)));
    }

    /** A .timeindex file. */
    public static EntryFile<TimeEntry> times(Files files, Path path) throws IOException {
        return new EntryFile<>(
                LogFile.open(files, path),
                12,
                (buffer, at, index) -> new TimeEntry(index, buffer.getLong(at), buffer.getInt(at + 8)));
    }

    /** A .txnindex file. */
    public static EntryFile<AbortedEntry> aborted(Files files, Path path) throws IOException {
        return new EntryFile<>(
                LogFile.open(files, path),
                34,
                (buffer, at, index) -> new AbortedEntry(
                        index,
                        buffer.getShort(at),
                        buffer.getLong(at + 2),
                        buffer.getLong(at + 10),
                        buffer.getLong(at + 18),
                        buffer.getLong(at + 26)));
    }

    public Path path() {
        return file.path();
    }

    public int entryBytes() {
        return entryBytes;
    }

    /** Whole entries in the file. */
    public long count() {
        return file.sizeBytes() / entryBytes;
    }

    /** Bytes after the last whole entry: none in a whole file. */
    public long bytesLeftOver() {
        return file.sizeBytes() % entryBytes;
    }

    /** The next entry; null after the last. */
    public @Nullable T next() throws IOException {
        if (index >= count()) {
            return null;
        }
        int at = file.at(index * entryBytes, entryBytes);
        return decoder.decode(file.window(), at, index++);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
