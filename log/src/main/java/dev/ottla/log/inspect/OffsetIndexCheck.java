package dev.ottla.log.inspect;

import dev.ottla.log.inspect.EntryFile.OffsetEntry;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Holds an .index against the batches, in step with a scan: entries rise, each points at a batch and names its last offset. */
final class OffsetIndexCheck {
    private final EntryFile<OffsetEntry> entries;
    private final long baseOffset;
    private final boolean unsettled;
    private final String advice;
    private final FirstOfMany findings = new FirstOfMany();
    private @Nullable OffsetEntry entry;
    private int lastOffset = -1;
    private int lastPosition = -1;

    /** @param unsettled whether entries may lie beyond the batches, or be zeros that were made room for */
    OffsetIndexCheck(EntryFile<OffsetEntry> entries, long baseOffset, boolean unsettled, String advice)
            throws IOException {
        this.entries = entries;
        this.baseOffset = baseOffset;
        this.unsettled = unsettled;
        this.advice = advice;
        advance();
    }

    /** To the next entry that is in order. */
    private void advance() throws IOException {
        OffsetEntry next = entries.next();
        while (next != null && (next.relativeOffset() <= lastOffset || next.position() <= lastPosition)) {
            boolean room = unsettled && next.relativeOffset() == 0 && next.position() == 0;
            if (!room) {
                wrong(next, "is not above the one before");
            }
            next = entries.next();
        }
        entry = next;
        if (next != null) {
            lastOffset = next.relativeOffset();
            lastPosition = next.position();
        }
    }

    private void wrong(OffsetEntry which, String how) {
        findings.add(Finding.damage(
                        entries.path(),
                        "entry " + which.index() + " (offset " + (baseOffset + which.relativeOffset()) + ", position "
                                + which.position() + ") " + how,
                        advice)
                .at(which.index() * entries.entryBytes()));
    }

    void batch(BatchInfo batch) throws IOException {
        OffsetEntry next = entry;
        while (next != null && next.position() < batch.position()) {
            wrong(next, "points at no batch");
            advance();
            next = entry;
        }
        if (next != null && next.position() == batch.position()) {
            if (baseOffset + next.relativeOffset() != batch.lastOffset()) {
                wrong(next, "points at the batch that ends with offset " + batch.lastOffset());
            }
            advance();
        }
    }

    /** Entries that point into damage are not judged. */
    void damage(Damage damage) throws IOException {
        while (entry != null && entry.position() < damage.endPosition()) {
            advance();
        }
    }

    void end(Report report) throws IOException {
        while (entry != null) {
            if (!unsettled) {
                wrong(entry, "points beyond the batches");
            }
            advance();
        }
        if (entries.bytesLeftOver() != 0) {
            findings.add(Finding.damage(entries.path(), "the file does not consist of whole entries", advice));
        }
        findings.tell(report);
    }
}
