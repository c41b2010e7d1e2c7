package dev.ottla.log.repair;

import dev.ottla.base.Files;
import dev.ottla.log.SegmentNames;
import dev.ottla.log.inspect.BatchInfo;
import dev.ottla.log.inspect.BatchScan;
import dev.ottla.log.inspect.Damage;
import dev.ottla.log.inspect.LogFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Makes a segment's offset and time index anew, beside the old ones: an entry for each {@link #INTERVAL_BYTES}, as index.interval.bytes is by
 * default, and one for the largest timestamp.
 */
final class IndexBuilder implements BatchScan.Visitor, Closeable {
    /** What the new files are called until they take the old ones' places; a start of a broker removes them. */
    static final String NEW = ".tmp";

    private static final int INTERVAL_BYTES = 4096;

    private final ForcedFile offsets;
    private final ForcedFile times;
    private final TransactionIndexBuilder transactions;
    private final LogFile log;
    private final long baseOffset;
    private long bytesSinceEntry;
    private long maxTimestampMs = -1;
    private long maxTimestampOffset;
    private long writtenTimestampMs = -1;

    IndexBuilder(Files files, SegmentNames names, LogFile log, TransactionIndexBuilder transactions)
            throws IOException {
        this.log = log;
        this.baseOffset = names.baseOffset();
        this.maxTimestampOffset = baseOffset;
        this.transactions = transactions;
        offsets = new ForcedFile(files, names.file(SegmentNames.INDEX + NEW));
        try {
            times = new ForcedFile(files, names.file(SegmentNames.TIME_INDEX + NEW));
        } catch (IOException failure) {
            offsets.close();
            throw failure;
        }
    }

    @Override
    public void batch(BatchInfo batch) throws IOException {
        if (batch.maxTimestampMs() > maxTimestampMs) {
            maxTimestampMs = batch.maxTimestampMs();
            maxTimestampOffset = batch.lastOffset();
        }
        if (bytesSinceEntry > INTERVAL_BYTES) {
            offsets.write(ByteBuffer.allocate(8)
                    .putInt((int) (batch.lastOffset() - baseOffset))
                    .putInt((int) batch.position())
                    .flip());
            time();
            bytesSinceEntry = 0;
        }
        bytesSinceEntry += batch.sizeBytes();
        transactions.batch(log, batch);
    }

    private void time() throws IOException {
        if (maxTimestampMs > writtenTimestampMs) {
            times.write(ByteBuffer.allocate(12)
                    .putLong(maxTimestampMs)
                    .putInt((int) (maxTimestampOffset - baseOffset))
                    .flip());
            writtenTimestampMs = maxTimestampMs;
        }
    }

    /** Only what the plan leaves to the next start. */
    @Override
    public void damage(Damage damage) {}

    @Override
    public void close() throws IOException {
        try (offsets;
                times) {
            time();
        }
    }
}
