package dev.ottla.log.repair;

import dev.ottla.base.TopicId;
import dev.ottla.log.journal.EntryKind;
import dev.ottla.log.journal.JournalEntry;
import dev.ottla.log.journal.JournalSalvage;
import dev.ottla.log.journal.RecoveryPoint;
import dev.ottla.record.BatchHeader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One partition's way through a damaged journal. Its entries before the first gap are kept. After them its own segments go on, as far as they are whole
 * and no later entry says otherwise. A later entry is kept when it continues that in the same leader epoch: one leader wrote both, and all between.
 * The rest is lost.
 */
final class SalvagedPartition {
    static final int NO_EPOCH = -1;

    private record Later(long lsn, EntryKind kind, long base, long last, int epoch, int crc) {}

    final TopicId topic;
    final int partition;
    final List<SegmentBatch> fromSegments = new ArrayList<>();
    private final List<Later> later = new ArrayList<>();
    private final Set<Long> keptLater = new HashSet<>();
    private boolean inForce;
    private boolean left;
    private boolean cut;
    private int gapsAtStart;
    private long startLsn;
    private long startOffset;
    private long lastPriorLsn;
    private long end;
    private long knownEnd;
    private int epoch = NO_EPOCH;
    /** The log start that the entries tell. */
    private long logStart;
    /** So many gaps came before an entry after which no earlier log start matters. */
    private int gapsBeforeLogStart;

    SalvagedPartition(TopicId topic, int partition) {
        this.topic = topic;
        this.partition = partition;
    }

    void startAt(RecoveryPoint point) {
        start(point.offset(), point.lsn(), 0);
    }

    private void start(long offset, long lsn, int gaps) {
        inForce = true;
        left = false;
        cut = false;
        gapsAtStart = gaps;
        startLsn = lsn;
        lastPriorLsn = lsn;
        startOffset = offset;
        end = offset;
        epoch = NO_EPOCH;
        logStart = 0;
        gapsBeforeLogStart = gaps;
        later.clear();
    }

    void add(JournalEntry entry, int gaps) {
        if (inForce && entry.lsn() <= startLsn) {
            return;
        }
        if (entry.kind() == EntryKind.LOG_START) {
            logStart = Math.max(logStart, entry.offset());
            gapsBeforeLogStart = gaps;
        }
        if (entry.kind() == EntryKind.JOIN) {
            start(entry.offset(), entry.lsn(), gaps);
        } else if (entry.kind() == EntryKind.LEAVE) {
            inForce = false;
            left = true;
            later.clear();
        } else if (!inForce || gaps > gapsAtStart || !addPrior(entry)) {
            later.add(later(entry));
        }
    }

    private boolean addPrior(JournalEntry entry) {
        if (!later.isEmpty()) {
            return false;
        }
        if (entry.kind() == EntryKind.APPEND) {
            ByteBuffer batch = entry.payload();
            if (entry.offset() != end) {
                return false;
            }
            end = BatchHeader.lastOffset(batch, 0) + 1;
            epoch = BatchHeader.leaderEpoch(batch, 0);
        } else if (entry.kind() == EntryKind.TRUNCATE && entry.offset() < end) {
            end = entry.offset();
            startOffset = Math.min(startOffset, end);
            cut = true;
            epoch = Integer.MAX_VALUE;
        }
        lastPriorLsn = entry.lsn();
        return true;
    }

    private static Later later(JournalEntry entry) {
        if (entry.kind() != EntryKind.APPEND) {
            return new Later(entry.lsn(), entry.kind(), entry.offset(), entry.offset(), 0, 0);
        }
        ByteBuffer batch = entry.payload();
        return new Later(
                entry.lsn(),
                entry.kind(),
                entry.offset(),
                BatchHeader.lastOffset(batch, 0),
                BatchHeader.leaderEpoch(batch, 0),
                BatchHeader.crc(batch, 0));
    }

    boolean isInForce() {
        return inForce;
    }

    /** Whether it came into the journal with an entry that is lost. */
    boolean isWithoutBeginning() {
        return !inForce && !left && !later.isEmpty();
    }

    /** What its checkpoint says stands for its beginning. */
    void assumeStart(long offset) {
        inForce = true;
        startOffset = offset;
        end = offset;
    }

    long endOffset() {
        return end;
    }

    long startOffset() {
        return startOffset;
    }

    /**
     * @param whole the partition's batches from its end on, one after the other
     * @param seen after the last one of all
     * @param epochBefore of the record before the recovery point; -1 when not known
     */
    void settle(List<SegmentBatch> whole, long seen, int epochBefore) {
        if (epoch == NO_EPOCH) {
            epoch = epochBefore;
        }
        Map<Long, Later> byBase = new HashMap<>();
        boolean truncated = cut;
        for (Later entry : later) {
            truncated |= entry.kind() == EntryKind.TRUNCATE;
            if (entry.kind() == EntryKind.APPEND) {
                byBase.put(entry.base(), entry);
            }
        }
        if (!truncated) {
            takeFromSegments(whole, byBase);
        }
        knownEnd = truncated ? end : Math.max(end, seen);
        boolean open = true;
        for (Later entry : later) {
            open &= take(entry, open);
        }
    }

    private void takeFromSegments(List<SegmentBatch> whole, Map<Long, Later> byBase) {
        for (SegmentBatch batch : whole) {
            Later same = byBase.get(batch.base());
            if (batch.base() > end || (same != null && same.crc() != batch.crc())) {
                return;
            }
            if (batch.base() == end && (epoch == NO_EPOCH || batch.epoch() >= epoch)) {
                fromSegments.add(batch);
                end = batch.last() + 1;
                epoch = batch.epoch();
            }
        }
    }

    /** Whether what follows may be kept still. */
    private boolean take(Later entry, boolean open) {
        return switch (entry.kind()) {
            case APPEND -> append(entry, open);
            case TRUNCATE -> {
                if (entry.base() < end) {
                    end = entry.base();
                    startOffset = Math.min(startOffset, end);
                    keptLater.add(entry.lsn());
                }
                // Only what goes beyond is cut: before, the log was longer.
                knownEnd = entry.base();
                yield false;
            }
            case LOG_START -> {
                // Also when it lies beyond: all that is left was deleted then.
                keptLater.add(entry.lsn());
                yield open;
            }
            case JOIN, LEAVE -> open;
        };
    }

    private boolean append(Later entry, boolean open) {
        knownEnd = Math.max(knownEnd, entry.last() + 1);
        if (!open || entry.last() < end) {
            return open;
        }
        if (entry.base() != end || (epoch != NO_EPOCH && entry.epoch() != epoch)) {
            return false;
        }
        keptLater.add(entry.lsn());
        end = entry.last() + 1;
        epoch = entry.epoch();
        return true;
    }

    boolean isPrior(long lsn) {
        return lsn > startLsn && lsn <= lastPriorLsn;
    }

    boolean isKeptLater(long lsn) {
        return keptLater.contains(lsn);
    }

    /** What the segments' batches are numbered as: with the entry that they follow. */
    long lsnOfSegments() {
        return Math.max(1, lastPriorLsn);
    }

    /**
     * The records that may be here again although they were deleted, since nothing that is left says so; null for none.
     *
     * @param folderStart the log start that its files tell
     */
    @Nullable
    OffsetRange mayReturn(List<JournalSalvage.Gap> gaps, long folderStart) {
        long start = Math.max(logStart, folderStart);
        boolean unsure = gaps.stream().skip(gapsBeforeLogStart).anyMatch(gap -> gap.mayHold(startLsn + 1));
        return unsure && start < end ? new OffsetRange(start, end - 1) : null;
    }

    JournalShare share(String name) {
        @Nullable OffsetRange lost = knownEnd > end ? new OffsetRange(end, knownEnd - 1) : null;
        return new JournalShare(name, topic, partition, startOffset, end, fromSegments.size(), lost);
    }
}
