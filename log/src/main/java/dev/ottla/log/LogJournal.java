package dev.ottla.log;

import dev.ottla.log.journal.EntryKind;
import dev.ottla.log.journal.JournalStream;
import dev.ottla.log.journal.RecoveryPoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A log's place in the journal of its folder: what it has written there, what of it is durable, and from where on recovery needs it.
 *
 * <pre>
 * appended --group is forced--> durable --segments are forced--> checkpointed --recovery points are written--> recorded
 * </pre>
 */
final class LogJournal {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    /**
     * The segments' bytes go to the disk in pieces of this size: the journal's groups wait behind them, and a larger piece would be seen in the
     * acknowledgements' latency.
     */
    private static final long FORCE_BYTES = 2L << 20;

    private final FolderJournal folder;
    private final LogState state;
    private final JournalStream stream;
    private volatile @Nullable LongConsumer watcher;
    private volatile long durableEnd;

    /** What has been forced in the segments; guarded by maintenance. */
    private RecoveryPoint checkpointed;

    /** The offset of the point that the recovery points on disk give. */
    private volatile long recordedOffset;

    /** What was recorded before says nothing of offsets that were cut since; guarded by writer. */
    private long cutLsn;

    /** Appended since a force was last asked for; guarded by writer. */
    private long unforcedBytes;

    /** The LSN of the first entry that {@link #checkpointed} does not cover, 0 for none; guarded by writer. */
    private long firstPending;

    LogJournal(FolderJournal folder, LogState state) {
        this.folder = folder;
        this.state = state;
        this.stream = folder.stream(state.partition, this::durable);
        this.checkpointed = pointAt(state.logEnd);
        this.durableEnd = state.logEnd;
    }

    private RecoveryPoint pointAt(long offset) {
        return new RecoveryPoint(state.partition.topicId(), state.partition.partition(), offset, folder.lastLsn());
    }

    /** Under the writer lock. Takes the bytes over by copying them. */
    long append(EntryKind kind, long offset, long endOffset, ByteBuffer payload) {
        long lsn = stream.append(kind, offset, endOffset, payload);
        if (firstPending == 0) {
            firstPending = lsn;
        }
        unforcedBytes += payload.remaining();
        return lsn;
    }

    /** Whether so much was appended that the segments are to be forced now; then it says so once. Under the writer lock. */
    boolean takeForce() {
        if (unforcedBytes < FORCE_BYTES) {
            return false;
        }
        unforcedBytes = 0;
        return true;
    }

    /** As {@link #append}, of an entry that is all in its kind and offset. */
    long note(EntryKind kind, long offset) {
        return append(kind, offset, state.logEnd, NOTHING);
    }

    /** Blocks until an entry is on the disk. */
    void await(long lsn) {
        folder.await(lsn);
    }

    boolean isCongested() {
        return folder.isCongested();
    }

    /** Everything below is on the disk, in the journal or in the segments. */
    long durableEnd() {
        return durableEnd;
    }

    /** Who is told when {@link #durableEnd} has moved, on the journal's thread. */
    void watch(LongConsumer newWatcher) {
        watcher = newWatcher;
    }

    private void durable(long endOffset, long lsn) {
        if (endOffset > durableEnd) {
            durableEnd = endOffset;
            LongConsumer told = watcher;
            if (told != null) {
                told.accept(endOffset);
            }
        }
    }

    /** The log was loaded, and all of it is forced. */
    void loaded(long logEnd) {
        checkpointed = pointAt(logEnd);
        durableEnd = logEnd;
    }

    /** After a truncation, which is durable: recovery cuts there, and writes again what comes now. Under the writer lock. */
    void truncated(long logEnd) {
        durableEnd = logEnd;
        recordedOffset = Math.min(recordedOffset, logEnd);
        cutLsn = stream.lastLsn();
    }

    /** Everything below is forced and its point is on the disk, so that recovery never writes there: what the cleaner may touch. */
    long recordedOffset() {
        return recordedOffset;
    }

    /** Has everything up to now forced and its point recorded, so that recovery never comes back to it. Blocks. */
    void settle() throws IOException {
        folder.checkpointOnly(this, stream.lastLsn());
    }

    /** The first LSN that recovery still needs of this log; Long.MAX_VALUE for none. */
    long firstPending() {
        state.writer.lock();
        try {
            return firstPending == 0 ? Long.MAX_VALUE : firstPending;
        } finally {
            state.writer.unlock();
        }
    }

    /** What a force that begins now will cover; under the writer lock. */
    RecoveryPoint mark() {
        return new RecoveryPoint(
                state.partition.topicId(),
                state.partition.partition(),
                state.logEnd,
                Math.max(stream.lastLsn(), checkpointed.lsn()));
    }

    /** Everything up to a mark is forced; under maintenance. */
    void checkpointed(RecoveryPoint mark) {
        state.writer.lock();
        try {
            if (mark.lsn() < checkpointed.lsn()) {
                return;
            }
            checkpointed = mark;
            firstPending = stream.lastLsn() > mark.lsn() ? mark.lsn() + 1 : 0;
        } finally {
            state.writer.unlock();
        }
    }

    RecoveryPoint checkpointedPoint() {
        state.writer.lock();
        try {
            return checkpointed;
        } finally {
            state.writer.unlock();
        }
    }

    void recorded(RecoveryPoint point) {
        state.writer.lock();
        try {
            if (point.lsn() >= cutLsn) {
                recordedOffset = point.offset();
            }
        } finally {
            state.writer.unlock();
        }
    }
}
