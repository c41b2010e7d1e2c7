package dev.ottla.log.repair;

import dev.ottla.base.Files;
import dev.ottla.log.SegmentNames;
import dev.ottla.log.inspect.BatchInfo;
import dev.ottla.log.inspect.EntryFile;
import dev.ottla.log.inspect.EntryFile.AbortedEntry;
import dev.ottla.log.inspect.LogFile;
import dev.ottla.log.inspect.RecordWalk;
import dev.ottla.log.producer.CompletedTransaction;
import dev.ottla.log.producer.ProducerStates;
import dev.ottla.record.BatchHeader;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes the transaction indexes of a partition's segments anew, one after the other. What began before the log, or ended in what is given up, is
 * taken from the old index.
 */
final class TransactionIndexBuilder implements Closeable {
    private static final int ENTRY_BYTES = 34;
    private static final int MAX_MARKER_BYTES = 64 << 10;

    private final Files files;
    private final RecordWalk walk = new RecordWalk();
    private final ProducerStates producers = new ProducerStates();
    private @Nullable EntryFile<AbortedEntry> old;
    private @Nullable AbortedEntry entry;
    private @Nullable ForcedFile target;
    private @Nullable SegmentNames names;
    private List<OffsetRange> lost = List.of();

    TransactionIndexBuilder(Files files) {
        this.files = files;
    }

    /** @param newLost offsets that are given up in the segment; null when its index stays as it is */
    void begin(SegmentNames newNames, @Nullable List<OffsetRange> newLost) throws IOException {
        end();
        names = newLost == null ? null : newNames;
        lost = newLost == null ? List.of() : newLost;
        if (newLost != null && files.exists(newNames.file(SegmentNames.TRANSACTION_INDEX))) {
            old = EntryFile.aborted(files, newNames.file(SegmentNames.TRANSACTION_INDEX));
            entry = old.next();
        }
    }

    void batch(LogFile log, BatchInfo batch) throws IOException {
        if (!batch.isTransactional() || batch.producerId() < 0) {
            return;
        }
        if (!batch.isControl()) {
            ByteBuffer header = ByteBuffer.allocate(BatchHeader.SIZE_BYTES);
            log.read(header, batch.position());
            producers.apply(header.flip(), 0, batch.maxTimestampMs(), 0);
        } else if (batch.sizeBytes() <= MAX_MARKER_BYTES) {
            CompletedTransaction completed = producers.apply(walk.load(log, batch), 0, batch.maxTimestampMs(), 0);
            producers.firstUnstableOffset(Long.MAX_VALUE);
            marker(batch, completed);
        }
    }

    private void marker(BatchInfo batch, @Nullable CompletedTransaction completed) throws IOException {
        keepLost(batch.baseOffset());
        AbortedEntry known = entry != null && entry.lastOffset() == batch.baseOffset() ? entry : null;
        if (completed != null && completed.aborted()) {
            put(completed.producerId(), completed.firstOffset(), completed.lastOffset(), completed.lastStableOffset());
        } else if (completed == null && known != null && known.producerId() == batch.producerId()) {
            put(known);
        }
    }

    /** Old entries below an offset go, but for those whose marker is given up: their records are still aborted. */
    private void keepLost(long below) throws IOException {
        while (entry != null && entry.lastOffset() < below) {
            AbortedEntry known = entry;
            boolean gone = lost.stream()
                    .anyMatch(range -> range.first() <= known.lastOffset() && known.lastOffset() <= range.last());
            if (gone && known.version() == 0 && known.firstOffset() >= 0 && known.firstOffset() < known.lastOffset()) {
                put(known);
            }
            entry = old == null ? null : old.next();
        }
    }

    private void put(AbortedEntry known) throws IOException {
        put(known.producerId(), known.firstOffset(), known.lastOffset(), known.lastStableOffset());
    }

    private void put(long producerId, long firstOffset, long lastOffset, long lastStableOffset) throws IOException {
        if (names == null) {
            return;
        }
        ForcedFile file = target;
        if (file == null) {
            file = new ForcedFile(files, names.file(SegmentNames.TRANSACTION_INDEX + IndexBuilder.NEW));
            target = file;
        }
        file.write(ByteBuffer.allocate(ENTRY_BYTES)
                .putShort((short) 0)
                .putLong(producerId)
                .putLong(firstOffset)
                .putLong(lastOffset)
                .putLong(lastStableOffset)
                .flip());
    }

    /** Completes and forces the segment's new index; there is none when it has no entry. */
    void end() throws IOException {
        try {
            keepLost(Long.MAX_VALUE);
        } finally {
            EntryFile<AbortedEntry> reading = old;
            ForcedFile writing = target;
            old = null;
            target = null;
            entry = null;
            if (reading != null) {
                reading.close();
            }
            if (writing != null) {
                writing.close();
            }
        }
    }

    @Override
    public void close() throws IOException {
        try (walk) {
            end();
        }
    }
}
