package dev.ottla.log;

import dev.ottla.base.FileHandle;
import dev.ottla.base.Files;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The aborted transactions whose markers lie in a segment: version i16 (0), producerId, firstOffset, lastOffset, lastStableOffset, 34 bytes
 * each. The file exists only when there is one. Writes are the log's writer's.
 */
final class TransactionIndex {
    static final int ENTRY_BYTES = 34;

    private final Files files;
    private final SharedFile file;
    private volatile int entries;

    TransactionIndex(Files files, Path path, int entries) {
        this.files = files;
        this.file = new SharedFile(files, path, true);
        this.entries = entries;
    }

    SharedFile file() {
        return file;
    }

    boolean isEmpty() {
        return entries == 0;
    }

    void append(AbortedTransaction transaction) throws IOException {
        int count = entries;
        ByteBuffer entry = ByteBuffer.allocate(ENTRY_BYTES);
        put(entry, transaction);
        entry.flip();
        FileHandle handle = file.acquire();
        if (handle == null) {
            return;
        }
        try {
            handle.write(entry, (long) count * ENTRY_BYTES);
        } finally {
            file.release();
        }
        entries = count + 1;
    }

    /** What a look into one segment's index leaves to do. */
    enum Looked {
        /** Later segments may have more. */
        MORE,
        /** Later segments cannot have any more. */
        COMPLETE,
        /** The segment has gone, perhaps because another took its place: look at the log's segments anew. */
        RETIRED
    }

    /** Adds those with records in {@code [from, toExclusive)}. */
    Looked collect(long from, long toExclusive, List<AbortedTransaction> into) throws IOException {
        int count = entries;
        if (count == 0) {
            return file.isRetired() ? Looked.RETIRED : Looked.MORE;
        }
        ByteBuffer content = ByteBuffer.allocate(count * ENTRY_BYTES);
        FileHandle handle = file.acquire();
        if (handle == null) {
            return Looked.RETIRED;
        }
        try {
            while (content.hasRemaining()) {
                if (handle.read(content, content.position()) < 0) {
                    throw new IOException("The transaction index " + file.path() + " is cut off");
                }
            }
        } finally {
            file.release();
        }
        content.flip();
        while (content.hasRemaining()) {
            content.getShort();
            AbortedTransaction transaction =
                    new AbortedTransaction(content.getLong(), content.getLong(), content.getLong(), content.getLong());
            if (transaction.lastOffset() >= from && transaction.firstOffset() < toExclusive) {
                into.add(transaction);
            }
            if (transaction.lastStableOffset() >= toExclusive) {
                return Looked.COMPLETE;
            }
        }
        return Looked.MORE;
    }

    /** The same over a log's segments; null when one of them has gone meanwhile. */
    static @Nullable List<AbortedTransaction> collect(SegmentList segments, long from, long toExclusive)
            throws IOException {
        List<AbortedTransaction> aborted = new ArrayList<>();
        for (int i = segments.floor(from); i < segments.size(); i++) {
            switch (segments.get(i).aborted().collect(from, toExclusive, aborted)) {
                case MORE -> {}
                case COMPLETE -> {
                    return aborted;
                }
                case RETIRED -> {
                    return null;
                }
            }
        }
        return aborted;
    }

    void force(Forcing forcing) throws IOException {
        if (entries == 0) {
            return;
        }
        FileHandle handle = file.acquire();
        if (handle == null) {
            return;
        }
        try {
            forcing.force(handle);
        } finally {
            file.release();
        }
    }

    /** The CRC32C of the file; 0 without one. */
    int checksum() throws IOException {
        if (!files.exists(file.path())) {
            return 0;
        }
        CRC32C crc = new CRC32C();
        crc.update(files.readAll(file.path()));
        return (int) crc.getValue();
    }

    /** Whether the file is there and every entry of it has its marker at {@code [base, end)}, one after the other. */
    boolean isWhole(long base, long end) throws IOException {
        if (!files.exists(file.path()) || files.size(file.path()) % ENTRY_BYTES != 0) {
            return false;
        }
        ByteBuffer content = ByteBuffer.wrap(files.readAll(file.path()));
        long marker = base - 1;
        while (content.hasRemaining()) {
            short version = content.getShort();
            content.getLong();
            long first = content.getLong();
            long last = content.getLong();
            content.getLong();
            if (version != 0 || first < 0 || first >= last || last <= marker || last >= end) {
                return false;
            }
            marker = last;
        }
        return true;
    }

    /** Takes these for all entries, durably and at once; nobody has read any yet. */
    void replace(List<AbortedTransaction> transactions) throws IOException {
        if (transactions.isEmpty()) {
            reset();
            return;
        }
        ByteBuffer content = ByteBuffer.allocate(Math.multiplyExact(transactions.size(), ENTRY_BYTES));
        for (AbortedTransaction transaction : transactions) {
            put(content, transaction);
        }
        files.replace(file.path(), content.array());
        entries = transactions.size();
    }

    private static void put(ByteBuffer target, AbortedTransaction transaction) {
        target.putShort((short) 0)
                .putLong(transaction.producerId())
                .putLong(transaction.firstOffset())
                .putLong(transaction.lastOffset())
                .putLong(transaction.lastStableOffset());
    }

    void reset() throws IOException {
        entries = 0;
        files.deleteIfExists(file.path());
    }
}
