package dev.ottla.log.inspect;

import dev.ottla.log.inspect.EntryFile.TimeEntry;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Holds a .timeindex against the batches, in step with a scan: entries rise, each names the largest timestamp up to its batch, and the last one of
 * a closed segment the largest of all.
 */
final class TimeIndexCheck {
    private final EntryFile<TimeEntry> entries;
    private final long baseOffset;
    private final boolean unsettled;
    private final String advice;
    private final FirstOfMany findings = new FirstOfMany();
    private @Nullable TimeEntry entry;
    private long lastTimestampMs = -1;
    private int lastOffset = -1;
    private long maxTimestampMs = -1;
    private boolean guessing;

    /** @param unsettled whether the segment was not closed: entries may be missing, or lie beyond the batches */
    TimeIndexCheck(EntryFile<TimeEntry> entries, long baseOffset, boolean unsettled, String advice) throws IOException {
        this.entries = entries;
        this.baseOffset = baseOffset;
        this.unsettled = unsettled;
        this.advice = advice;
        advance();
    }

    private void advance() throws IOException {
        TimeEntry next = entries.next();
        while (next != null && (next.timestampMs() <= lastTimestampMs || next.relativeOffset() < lastOffset)) {
            boolean room = unsettled && next.timestampMs() == 0 && next.relativeOffset() == 0;
            if (!room) {
                wrong(next, "is not above the one before");
            }
            next = entries.next();
        }
        entry = next;
        if (next != null) {
            lastTimestampMs = next.timestampMs();
            lastOffset = next.relativeOffset();
        }
    }

    private void wrong(TimeEntry which, String how) {
        findings.add(Finding.damage(
                        entries.path(),
                        "entry " + which.index() + " (timestamp " + which.timestampMs() + ", offset "
                                + (baseOffset + which.relativeOffset()) + ") " + how,
                        advice)
                .at(which.index() * entries.entryBytes()));
    }

    void batch(BatchInfo batch) throws IOException {
        boolean rises = batch.maxTimestampMs() > maxTimestampMs;
        maxTimestampMs = Math.max(maxTimestampMs, batch.maxTimestampMs());
        while (entry != null && baseOffset + entry.relativeOffset() < batch.baseOffset()) {
            wrong(entry, "names an offset that is in no batch");
            advance();
        }
        while (entry != null && baseOffset + entry.relativeOffset() <= batch.lastOffset()) {
            if (entry.timestampMs() != maxTimestampMs && !(guessing && entry.timestampMs() > maxTimestampMs)) {
                wrong(entry, "is not the largest timestamp so far, " + maxTimestampMs);
            } else if (!rises && !guessing) {
                wrong(entry, "names a batch after the first one with that timestamp");
            }
            maxTimestampMs = guessing ? Math.max(maxTimestampMs, entry.timestampMs()) : maxTimestampMs;
            advance();
        }
    }

    /** What was damaged may have had the largest timestamp; entries that name offsets in it are not judged. */
    void damage(Damage damage) throws IOException {
        guessing = true;
        while (entry != null
                && (damage.reachesTheEnd() || baseOffset + entry.relativeOffset() <= damage.lastOffset())) {
            maxTimestampMs = Math.max(maxTimestampMs, entry.timestampMs());
            advance();
        }
    }

    void end(Report report) throws IOException {
        while (entry != null) {
            if (!unsettled) {
                wrong(entry, "names an offset that is in no batch");
            }
            advance();
        }
        if (entries.bytesLeftOver() != 0) {
            findings.add(Finding.damage(entries.path(), "the file does not consist of whole entries", advice));
        }
        if (!unsettled && !guessing && lastTimestampMs < maxTimestampMs) {
            findings.add(Finding.damage(
                    entries.path(),
                    "the last entry has timestamp " + lastTimestampMs + ", the segment's largest is " + maxTimestampMs,
                    advice));
        }
        findings.tell(report);
    }
}
