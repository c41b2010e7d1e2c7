package dev.ottla.log.inspect;

import dev.ottla.log.inspect.EntryFile.AbortedEntry;
import dev.ottla.log.producer.CompletedTransaction;
import dev.ottla.log.producer.ProducerStates;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Holds the transaction indexes of a partition against its abort markers, in step with a scan of its segments one after the other: every abort of
 * a transaction with records has its entry, and every entry its abort.
 */
final class TransactionCheck {
    /** Markers are small; what calls itself one and is larger is not looked into. */
    private static final int MAX_MARKER_BYTES = 64 << 10;

    private final ProducerStates producers = new ProducerStates();
    private final String advice;
    /** Whether every transaction that was open is known: not after damage, nor where the log does not begin at 0. */
    private boolean certain;

    private Path index = Path.of("");
    private @Nullable EntryFile<AbortedEntry> entries;
    private @Nullable AbortedEntry entry;
    private FirstOfMany findings = new FirstOfMany();

    TransactionCheck(boolean certain, String advice) {
        this.certain = certain;
        this.advice = advice;
    }

    /** @param newEntries of the segment that is scanned next; null when it has no such index */
    void begin(Path newIndex, @Nullable EntryFile<AbortedEntry> newEntries) throws IOException {
        index = newIndex;
        entries = newEntries;
        findings = new FirstOfMany();
        advance();
    }

    private void advance() throws IOException {
        entry = entries == null ? null : entries.next();
        if (entry != null && entry.version() != 0) {
            wrong(entry, "has the unknown version " + entry.version());
        }
    }

    private void wrong(AbortedEntry which, String how) {
        findings.add(Finding.damage(
                        index,
                        "entry " + which.index() + " (producer " + which.producerId() + ", offsets "
                                + which.firstOffset() + " to " + which.lastOffset() + ") " + how,
                        advice)
                .at(which.index() * 34));
    }

    void batch(LogFile file, BatchInfo batch, RecordWalk walk) throws IOException {
        if (batch.count() == 0) {
            // It stands for offsets that were given up, or compacted away.
            unknown(batch.baseOffset(), batch.lastOffset());
        }
        if (!batch.isTransactional() || batch.producerId() < 0) {
            return;
        }
        if (!batch.isControl()) {
            int at = file.at(batch.position(), dev.ottla.record.BatchHeader.SIZE_BYTES);
            producers.apply(file.window(), at, batch.maxTimestampMs(), 0);
            return;
        }
        if (batch.sizeBytes() > MAX_MARKER_BYTES) {
            return;
        }
        ByteBuffer marker = walk.load(file, batch);
        CompletedTransaction completed = producers.apply(marker, 0, batch.maxTimestampMs(), 0);
        producers.firstUnstableOffset(Long.MAX_VALUE);
        marker(batch, completed);
    }

    private void marker(BatchInfo batch, @Nullable CompletedTransaction completed) throws IOException {
        while (entry != null && entry.lastOffset() < batch.baseOffset()) {
            wrong(entry, "ends with no abort marker");
            advance();
        }
        boolean aborted = completed != null && completed.aborted();
        if (entry == null || entry.lastOffset() != batch.baseOffset()) {
            if (aborted) {
                findings.add(Finding.damage(
                                index,
                                "there is no entry for the transaction of producer " + batch.producerId()
                                        + " aborted at offset " + batch.baseOffset(),
                                advice)
                        .offsets(batch.baseOffset(), batch.baseOffset()));
            }
            return;
        }
        if (entry.producerId() != batch.producerId()
                || (completed != null && !aborted)
                || (completed == null && certain)
                || (completed != null && certain && entry.firstOffset() != completed.firstOffset())
                || (completed != null && certain && entry.lastStableOffset() != completed.lastStableOffset())
                || entry.firstOffset() >= entry.lastOffset()
                || entry.firstOffset() < 0) {
            wrong(entry, "is not what the abort marker there ends");
        }
        advance();
    }

    void damage(Damage damage) throws IOException {
        if (damage.restored() == null) {
            unknown(damage.firstOffset(), damage.reachesTheEnd() ? Long.MAX_VALUE : damage.lastOffset());
        }
    }

    /** Entries that end in these offsets are not judged. */
    private void unknown(long first, long last) throws IOException {
        certain = false;
        while (entry != null && entry.lastOffset() < first) {
            wrong(entry, "ends with no abort marker");
            advance();
        }
        while (entry != null && entry.lastOffset() <= last) {
            advance();
        }
    }

    /** @param unsettled whether entries may lie beyond the batches */
    void end(boolean unsettled, Report report) throws IOException {
        while (entry != null) {
            if (!unsettled) {
                wrong(entry, "ends with no abort marker");
            }
            advance();
        }
        if (entries != null && entries.bytesLeftOver() != 0) {
            findings.add(Finding.damage(index, "the file does not consist of whole entries", advice));
        }
        findings.tell(report);
    }
}
