package dev.ottla.log;

import dev.ottla.base.TopicId;
import dev.ottla.log.journal.JournalEntry;
import dev.ottla.log.journal.RecoveryPoint;
import dev.ottla.record.BatchHeader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a journal says of one partition, gathered entry by entry: from which offset on its segments are to be cut, and which later entries are to be
 * applied again. A truncation that comes later takes away what was appended before it.
 */
final class ReplayPlan {
    private final Key key;
    private final List<Cut> cuts = new ArrayList<>();
    private boolean joined;
    private boolean left;
    private long startOffset;
    private long startLsn;
    private long logStart;
    private long end;
    private long entries;
    private @Nullable String firstEntryAt;

    /** One partition of one topic for life. */
    record Key(TopicId topic, int partition) {
        @Override
        public String toString() {
            return "partition " + partition + " of topic id " + topic;
        }
    }

    private record Cut(long lsn, long offset) {}

    ReplayPlan(Key key) {
        this.key = key;
    }

    Key key() {
        return key;
    }

    void startAt(RecoveryPoint point) {
        joined = true;
        startOffset = point.offset();
        end = startOffset;
        startLsn = point.lsn();
    }

    void add(JournalEntry entry) {
        if (joined && entry.lsn() <= startLsn) {
            return;
        }
        switch (entry.kind()) {
            case JOIN -> join(entry);
            case APPEND -> {
                count(entry);
                end = Math.max(end, BatchHeader.lastOffset(entry.payload(), 0) + 1);
            }
            case TRUNCATE -> {
                end = Math.min(end, entry.offset());
                cuts.add(new Cut(entry.lsn(), entry.offset()));
                startOffset = Math.min(startOffset, entry.offset());
                logStart = Math.min(logStart, entry.offset());
            }
            case LOG_START -> logStart = Math.max(logStart, entry.offset());
            case LEAVE -> left = true;
        }
    }

    private void join(JournalEntry entry) {
        end = entry.offset();
        joined = true;
        left = false;
        startOffset = entry.offset();
        startLsn = entry.lsn();
        logStart = 0;
        entries = 0;
        firstEntryAt = null;
        cuts.clear();
    }

    private void count(JournalEntry entry) {
        if (entries == 0) {
            firstEntryAt = entry.file() + " at position " + entry.position();
        }
        entries++;
    }

    /** Whether the journal answers for this partition: it did when the last process stopped. */
    boolean isInForce() {
        return joined && !left;
    }

    /** Whether records would be lost if the journal were forgotten. */
    boolean hasEntries() {
        return isInForce() && (entries > 0 || startOffset > 0);
    }

    /** Whether there are batches to be appended again. */
    boolean hasBatches() {
        return isInForce() && entries > 0;
    }

    /** Where its first entry lies, for people; what its recovery point says when it has none. */
    String place() {
        String place = firstEntryAt;
        return place == null ? "the recovery point at offset " + startOffset : place;
    }

    /** Everything below was forced; everything from there on comes from the journal. */
    long cutOffset() {
        return startOffset;
    }

    long startLsn() {
        return startLsn;
    }

    /** A checkpoint may know of a later log start than the journal. */
    void raiseLogStart(long offset) {
        long known = offset;
        for (Cut cut : cuts) {
            known = Math.min(known, cut.offset());
        }
        logStart = Math.max(logStart, known);
    }

    /** Where the log ends once all is applied again; perhaps further on than it does, never before. */
    long end() {
        return end;
    }

    /** The last log start that is known; 0 for none. */
    long logStart() {
        return logStart;
    }

    /** @param lastOffset of the batch that the entry carries */
    boolean applies(JournalEntry entry, long lastOffset) {
        if (!isInForce() || entry.lsn() <= startLsn) {
            return false;
        }
        for (Cut cut : cuts) {
            if (cut.lsn() > entry.lsn() && cut.offset() <= lastOffset) {
                return false;
            }
        }
        return true;
    }
}
