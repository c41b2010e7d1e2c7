package dev.ottla.log;

import dev.ottla.base.FileHandle;
import dev.ottla.base.Files;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Sorted fixed-size entries in a file that grows as needed, its youngest ones still in memory: they are written in batches of a page. One writer
 * (under the log's lock, or the storage thread that seals the segment); readers need no lock, since what is published never changes.
 */
final class IndexFile {
    private static final int FIRST_TAIL_BYTES = 96;

    private final SharedFile file;
    private final int entryBytes;
    private final int tailLimitBytes;
    private volatile Tail tail;
    /** Whether the file has entries that are none any more; the writer's. */
    private boolean forgotten;

    /** Entries from {@code fileEntries} on; {@code bytes} below {@code count} entries are final. */
    private static final class Tail {
        final int fileEntries;
        final ByteBuffer bytes;
        volatile int count;

        Tail(int fileEntries, ByteBuffer bytes, int count) {
            this.fileEntries = fileEntries;
            this.bytes = bytes;
            this.count = count;
        }
    }

    IndexFile(Files files, SegmentNames names, String suffix, int entryBytes, int fileEntries) {
        this.file = new SharedFile(files, names, suffix, true);
        this.entryBytes = entryBytes;
        this.tailLimitBytes = ScratchBuffers.SIZE_BYTES / entryBytes * entryBytes;
        this.tail = new Tail(fileEntries, ByteBuffer.allocate(0), 0);
    }

    SharedFile file() {
        return file;
    }

    int entries() {
        Tail now = tail;
        return now.fileEntries + now.count;
    }

    /** Makes room for one entry; writes a page of the tail to the file when that is full. Nothing is lost when it fails. */
    void makeRoom() throws IOException {
        if ((tail.count + 1) * entryBytes > tailLimitBytes) {
            write();
        }
    }

    /** Adds an entry of {@code first}, then {@code second}; 4 bytes of each, or 8 of the first when entries have 12. */
    void append(long first, int second) {
        Tail now = tail;
        int at = now.count * entryBytes;
        if (at + entryBytes > now.bytes.capacity()) {
            int capacity = Math.max(FIRST_TAIL_BYTES, now.bytes.capacity() * 2);
            ByteBuffer larger = ByteBuffer.allocate(capacity);
            larger.put(0, now.bytes, 0, at);
            now = new Tail(now.fileEntries, larger, now.count);
            tail = now;
        }
        if (entryBytes == OffsetIndex.ENTRY_BYTES) {
            now.bytes.putInt(at, (int) first).putInt(at + 4, second);
        } else {
            now.bytes.putLong(at, first).putInt(at + 8, second);
        }
        now.count = at / entryBytes + 1;
    }

    /** Writes the tail to the file's page cache and frees its memory. */
    void write() throws IOException {
        Tail now = tail;
        if (now.count == 0) {
            if (now.bytes.capacity() > 0) {
                tail = new Tail(now.fileEntries, ByteBuffer.allocate(0), 0);
            }
            return;
        }
        FileHandle handle = file.acquire();
        if (handle == null) {
            return;
        }
        try {
            dropForgotten(handle);
            ByteBuffer source = now.bytes.duplicate().clear().limit(now.count * entryBytes);
            handle.write(source, (long) now.fileEntries * entryBytes);
        } finally {
            file.release();
        }
        tail = new Tail(now.fileEntries + now.count, ByteBuffer.allocate(0), 0);
    }

    /** Writes the tail and forces the file, so that it exists even when empty. */
    void force(Forcing forcing) throws IOException {
        write();
        FileHandle handle = file.acquire();
        if (handle == null) {
            return;
        }
        try {
            handle.truncate((long) tail.fileEntries * entryBytes);
            forgotten = false;
            forcing.force(handle);
        } finally {
            file.release();
        }
    }

    /** The CRC32C of the entries in the file; all of them once it is {@link #force forced}. */
    int checksum() throws IOException {
        CRC32C crc = new CRC32C();
        FileHandle handle = file.acquire();
        if (handle == null) {
            throw new IOException("The index " + file.path() + " is retired");
        }
        ByteBuffer scratch = ScratchBuffers.take();
        try {
            int all = tail.fileEntries;
            int block = scratch.capacity() / entryBytes;
            for (int first = 0; first < all; first += block) {
                readEntries(handle, scratch, first, Math.min(block, all - first));
                crc.update(scratch.flip());
            }
        } finally {
            ScratchBuffers.giveBack(scratch);
            file.release();
        }
        return (int) crc.getValue();
    }

    /** Takes these entries, in memory, for those of the file, which is wrong and to which nobody writes. */
    void replaceInMemory(ByteBuffer entries) {
        tail = new Tail(0, entries, entries.limit() / entryBytes);
    }

    /**
     * Forgets all entries: the index is being rebuilt. The file's own go when the first new ones are written, or by {@link #force}, without which no start
     * relies on it: to empty ten thousand files after a crash would take longer than to rebuild them.
     */
    void reset() {
        tail = new Tail(0, ByteBuffer.allocate(0), 0);
        forgotten = true;
    }

    /** Empties the file if its entries are forgotten and still there. */
    void dropForgotten() throws IOException {
        if (!forgotten) {
            return;
        }
        FileHandle handle = file.acquire();
        if (handle == null) {
            return;
        }
        try {
            dropForgotten(handle);
        } finally {
            file.release();
        }
    }

    private void dropForgotten(FileHandle handle) throws IOException {
        if (forgotten) {
            handle.truncate(0);
            forgotten = false;
        }
    }

    /**
     * Finds the last entry whose key is at most {@code target}. Keys are {@code keyBytes} (4 or 8) at {@code keyAt} of an entry.
     *
     * @return the entry's {@code valueBytes} (4 or 8) at {@code valueAt}; {@code otherwise} when every key is larger
     */
    long floor(int keyAt, int keyBytes, long target, int valueAt, int valueBytes, long otherwise) throws IOException {
        Tail now = tail;
        int inTail = now.count;
        if (inTail > 0 && number(now.bytes, keyAt, keyBytes) <= target) {
            int found = floorIn(now.bytes, inTail, keyAt, keyBytes, target);
            return number(now.bytes, found * entryBytes + valueAt, valueBytes);
        }
        if (now.fileEntries == 0) {
            return otherwise;
        }
        FileHandle handle = file.acquire();
        if (handle == null) {
            return otherwise;
        }
        ByteBuffer scratch = ScratchBuffers.take();
        try {
            return floorInFile(
                    handle, scratch, now.fileEntries, keyAt, keyBytes, target, valueAt, valueBytes, otherwise);
        } finally {
            ScratchBuffers.giveBack(scratch);
            file.release();
        }
    }

    private long floorInFile(
            FileHandle handle,
            ByteBuffer scratch,
            int entries,
            int keyAt,
            int keyBytes,
            long target,
            int valueAt,
            int valueBytes,
            long otherwise)
            throws IOException {
        int low = 0;
        int high = entries;
        int block = scratch.capacity() / entryBytes;
        while (high - low > block) {
            int middle = (low + high) >>> 1;
            readEntries(handle, scratch, middle, 1);
            if (number(scratch, keyAt, keyBytes) <= target) {
                low = middle;
            } else {
                high = middle;
            }
        }
        readEntries(handle, scratch, low, high - low);
        int found = floorIn(scratch, high - low, keyAt, keyBytes, target);
        return found < 0 ? otherwise : number(scratch, found * entryBytes + valueAt, valueBytes);
    }

    private int floorIn(ByteBuffer bytes, int count, int keyAt, int keyBytes, long target) {
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (number(bytes, middle * entryBytes + keyAt, keyBytes) <= target) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low - 1;
    }

    /** The last entry; null in an empty index. */
    @Nullable
    ByteBuffer last() throws IOException {
        Tail now = tail;
        int inTail = now.count;
        if (inTail > 0) {
            return now.bytes.slice((inTail - 1) * entryBytes, entryBytes);
        }
        FileHandle handle = now.fileEntries == 0 ? null : file.acquire();
        if (handle == null) {
            return null;
        }
        try {
            ByteBuffer entry = ByteBuffer.allocate(entryBytes);
            readEntries(handle, entry, now.fileEntries - 1, 1);
            return entry;
        } finally {
            file.release();
        }
    }

    private void readEntries(FileHandle handle, ByteBuffer scratch, int first, int count) throws IOException {
        scratch.clear().limit(count * entryBytes);
        long position = (long) first * entryBytes;
        while (scratch.hasRemaining()) {
            int read = handle.read(scratch, position + scratch.position());
            if (read < 0) {
                throw new EOFException("The index " + file.path() + " is shorter than its " + entries() + " entries");
            }
        }
    }

    private static long number(ByteBuffer bytes, int at, int size) {
        return size == 4 ? bytes.getInt(at) : bytes.getLong(at);
    }
}
