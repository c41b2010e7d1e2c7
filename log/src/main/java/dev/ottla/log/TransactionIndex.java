package dev.ottla.log;

import dev.ottla.base.FileHandle;
import dev.ottla.base.Files;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

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
        entry.putShort((short) 0).putLong(transaction.producerId()).putLong(transaction.firstOffset());
        entry.putLong(transaction.lastOffset())
                .putLong(transaction.lastStableOffset())
                .flip();
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

    /** Adds those with records in {@code [from, toExclusive)}; whether later segments cannot have any more of them. */
    boolean collect(long from, long toExclusive, List<AbortedTransaction> into) throws IOException {
        int count = entries;
        if (count == 0) {
            return false;
        }
        ByteBuffer content = ByteBuffer.allocate(count * ENTRY_BYTES);
        FileHandle handle = file.acquire();
        if (handle == null) {
            return false;
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
                return true;
            }
        }
        return false;
    }

    void force() throws IOException {
        if (entries == 0) {
            return;
        }
        FileHandle handle = file.acquire();
        if (handle == null) {
            return;
        }
        try {
            Forces.force(handle);
        } finally {
            file.release();
        }
    }

    void reset() throws IOException {
        entries = 0;
        files.deleteIfExists(file.path());
    }
}
