package dev.ottla.log;

import dev.ottla.base.FileHandle;
import dev.ottla.base.Files;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The aborted transactions whose markers lie in a segment: version i16 (0), producerId, firstOffset, lastOffset, lastStableOffset, 34 bytes
 * each. The file exists only when there is one. Writes are the log's writer's; what a full disk does not take waits in memory for the next force.
 */
final class TransactionIndex {
    static final int ENTRY_BYTES = 34;

    private static final Logger LOG = LoggerFactory.getLogger(TransactionIndex.class);

    private final Files files;
    private final SharedFile file;
    private volatile Content content;
    /** Whether there may be a file; most segments have none. */
    private volatile boolean made;

    /** @param entries in the file */
    private record Content(int entries, List<AbortedTransaction> waiting) {
        boolean isEmpty() {
            return entries == 0 && waiting.isEmpty();
        }
    }

    /** @param bytes in the file; 0 when there is none */
    TransactionIndex(Files files, SegmentNames names, int bytes) {
        this.files = files;
        this.file = new SharedFile(files, names, SegmentNames.TRANSACTION_INDEX, true);
        this.content = new Content(bytes / ENTRY_BYTES, List.of());
        this.made = bytes > 0;
    }

    SharedFile file() {
        return file;
    }

    boolean isEmpty() {
        return content.isEmpty();
    }

    /** Its marker is in the log already: without its entry readers would see aborted records. */
    synchronized void append(AbortedTransaction transaction) throws IOException {
        List<AbortedTransaction> all = new ArrayList<>(content.waiting());
        all.add(transaction);
        content = new Content(content.entries(), List.copyOf(all));
        try {
            write();
        } catch (IOException trouble) {
            if (!Files.isDiskFull(trouble)) {
                throw trouble;
            }
            LOG.warn("The disk is full: an entry of {} waits in memory", file.path());
        }
    }

    private synchronized void write() throws IOException {
        Content now = content;
        if (now.waiting().isEmpty()) {
            return;
        }
        ByteBuffer bytes = encode(now.waiting());
        made = true;
        FileHandle handle = file.acquire();
        if (handle == null) {
            return;
        }
        try {
            handle.write(bytes, (long) now.entries() * ENTRY_BYTES);
        } finally {
            file.release();
        }
        content = new Content(now.entries() + now.waiting().size(), List.of());
    }

    private static ByteBuffer encode(List<AbortedTransaction> transactions) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(transactions.size(), ENTRY_BYTES));
        transactions.forEach(transaction -> put(bytes, transaction));
        return bytes.flip();
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
        Content now = content;
        if (now.isEmpty()) {
            return file.isRetired() ? Looked.RETIRED : Looked.MORE;
        }
        ByteBuffer bytes = ByteBuffer.allocate((now.entries() + now.waiting().size()) * ENTRY_BYTES);
        bytes.limit(now.entries() * ENTRY_BYTES);
        FileHandle handle = file.acquire();
        if (handle == null) {
            return Looked.RETIRED;
        }
        try {
            while (bytes.hasRemaining()) {
                if (handle.read(bytes, bytes.position()) < 0) {
                    throw new IOException("The transaction index " + file.path() + " is cut off");
                }
            }
        } finally {
            file.release();
        }
        bytes.limit(bytes.capacity()).put(encode(now.waiting())).flip();
        while (bytes.hasRemaining()) {
            bytes.getShort();
            AbortedTransaction transaction =
                    new AbortedTransaction(bytes.getLong(), bytes.getLong(), bytes.getLong(), bytes.getLong());
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
        write();
        if (content.entries() == 0) {
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
        if (!made || !files.exists(file.path())) {
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
        ByteBuffer bytes = ByteBuffer.wrap(files.readAll(file.path()));
        long marker = base - 1;
        while (bytes.hasRemaining()) {
            short version = bytes.getShort();
            bytes.getLong();
            long first = bytes.getLong();
            long last = bytes.getLong();
            bytes.getLong();
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
        made = true;
        files.replace(file.path(), encode(transactions).array());
        content = new Content(transactions.size(), List.of());
    }

    private static void put(ByteBuffer target, AbortedTransaction transaction) {
        target.putShort((short) 0)
                .putLong(transaction.producerId())
                .putLong(transaction.firstOffset())
                .putLong(transaction.lastOffset())
                .putLong(transaction.lastStableOffset());
    }

    void reset() throws IOException {
        content = new Content(0, List.of());
        if (made) {
            files.deleteIfExists(file.path());
        }
    }
}
