package dev.ottla.replication;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.base.TopicPartition;
import dev.ottla.log.AppendResult;
import dev.ottla.log.LogFolder;
import dev.ottla.log.LogSlice;
import dev.ottla.log.PartitionLog;
import dev.ottla.log.producer.Terms;
import dev.ottla.log.producer.TransactionMarker;
import dev.ottla.metadata.PartitionImage;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A partition on this broker: its log and who leads it. With one replica, what is appended is committed at once: the high watermark is
 * the log end.
 *
 * <p>Any thread. {@link Partitions} tells it of new metadata; the log orders appends.
 */
public final class Partition {
    /** For {@link #checkLeader}: the asker does not say which epoch it knows. */
    public static final int NO_EPOCH = Leadership.NO_EPOCH;

    /** How long a request waits for a log that is being replaced. */
    private static final long MAX_HOLD_MS = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(Partition.class);

    private final TopicPartition id;
    private final Set<PartitionWatcher> watchers = ConcurrentHashMap.newKeySet();
    private volatile @Nullable PartitionLog log;
    private volatile Leadership leadership;
    private volatile PartitionSettings settings;
    /** Appended and not yet told to the watchers. */
    private final AtomicInteger untoldBytes = new AtomicInteger();

    private volatile @Nullable CountDownLatch held;

    /** @param log null when its folder failed: the partition is known, but serves nothing */
    Partition(TopicPartition id, @Nullable PartitionLog log, Leadership leadership, PartitionSettings settings) {
        this.id = id;
        this.log = log;
        this.leadership = leadership;
        this.settings = settings;
        if (log != null) {
            log.onDurable(this::durable);
        }
        lead(leadership);
    }

    public TopicPartition id() {
        return id;
    }

    public PartitionSettings settings() {
        return settings;
    }

    /** -1 when there is none. */
    public int leaderId() {
        return leadership.leaderId();
    }

    public int leaderEpoch() {
        return leadership.leaderEpoch();
    }

    /**
     * The log, to be asked what this class does not answer.
     *
     * @throws OttlaException KAFKA_STORAGE_ERROR when its folder failed
     */
    public PartitionLog log() {
        PartitionLog present = log;
        if (present == null) {
            throw new OttlaException(
                    ErrorCode.KAFKA_STORAGE_ERROR, "The data folder of " + id + " has failed; see the broker's log");
        }
        return present;
    }

    /**
     * Whether this broker answers for the partition as its leader.
     *
     * @param currentLeaderEpoch the epoch that the asker knows, or {@link #NO_EPOCH}
     * @return NONE, FENCED_LEADER_EPOCH, UNKNOWN_LEADER_EPOCH, NOT_LEADER_OR_FOLLOWER or KAFKA_STORAGE_ERROR
     */
    public ErrorCode checkLeader(int currentLeaderEpoch) {
        return log == null ? ErrorCode.KAFKA_STORAGE_ERROR : leadership.checkLeader(currentLeaderEpoch);
    }

    /**
     * Whether a batch may be appended now.
     *
     * @param allInSync acks=all: enough replicas must be in sync (NOT_ENOUGH_REPLICAS)
     */
    public ErrorCode checkAppend(boolean allInSync) {
        ErrorCode leader = checkLeader(NO_EPOCH);
        if (leader != ErrorCode.NONE) {
            return leader;
        }
        return allInSync && leadership.isUnderMinInsync(settings.minInsyncReplicas())
                ? ErrorCode.NOT_ENOUGH_REPLICAS
                : ErrorCode.NONE;
    }

    /**
     * Appends a batch that BatchValidator accepted, wakes who waits for it. The caller has asked {@link #checkAppend}. A coordinator's batch in
     * a transaction comes here too, with producer and epoch and without sequence: then the epoch alone is checked.
     *
     * @param batch position to limit; its offset and epoch are written into it
     * @throws OttlaException KAFKA_STORAGE_ERROR
     */
    public AppendResult append(ByteBuffer batch, long maxTimestampMs, long maxTimestampOffsetDelta, long nowMs) {
        return append(batch, maxTimestampMs, maxTimestampOffsetDelta, nowMs, Terms.NONE);
    }

    /**
     * Appends a batch of a transaction whose coordinator may have been asked.
     *
     * @param terms when a transaction of the producer has ended since it was asked, the batch is refused with INVALID_TXN_STATE
     * @throws OttlaException KAFKA_STORAGE_ERROR
     */
    public AppendResult append(
            ByteBuffer batch, long maxTimestampMs, long maxTimestampOffsetDelta, long nowMs, Terms terms) {
        PartitionLog target = log();
        Leadership now = leadership;
        boolean journaled = target.isJournaled();
        if (journaled) {
            untoldBytes.addAndGet(batch.remaining());
        }
        AppendResult result =
                target.append(batch, maxTimestampMs, maxTimestampOffsetDelta, now.leaderEpoch(), nowMs, terms);
        if (!journaled && result.succeeded() && !result.duplicate() && now.inSyncCount() <= 1) {
            target.advanceHighWatermark(result.lastOffset() + 1);
            progressed(batch.remaining());
        }
        return result;
    }

    /**
     * Appends the end of a producer's transaction (KIP-98): a control batch. Asks {@link #checkAppend} itself.
     *
     * @param producerEpoch with transactions version 2, one more than the transaction's own (KIP-890)
     * @param coordinatorEpoch the leader epoch of the transaction coordinator's partition
     * @param transactionVersion transaction.version as the coordinator has it for this transaction: from 2 on the epoch must be newer than the
     *     last that the producer wrote with, unless nothing is open: the repetition of a marker is appended again and changes nothing
     * @return on an error INVALID_PRODUCER_EPOCH, TRANSACTION_COORDINATOR_FENCED, or one of {@link #checkAppend} and {@link #append}
     * @throws OttlaException KAFKA_STORAGE_ERROR
     */
    public AppendResult appendMarker(
            long producerId,
            short producerEpoch,
            boolean commit,
            int coordinatorEpoch,
            int transactionVersion,
            long nowMs) {
        ErrorCode refusal = checkAppend(true);
        if (refusal != ErrorCode.NONE) {
            return AppendResult.refused(refusal, this + " takes no markers", -1);
        }
        ByteBuffer marker = new TransactionMarker(commit, coordinatorEpoch).batch(producerId, producerEpoch, nowMs);
        return append(marker, nowMs, 0, nowMs, Terms.ofMarker(transactionVersion));
    }

    /**
     * Whether a coordinator's batch in a transaction would be let through.
     *
     * @param askedAtOffset as {@link Terms} has it
     * @return NONE, INVALID_PRODUCER_EPOCH, INVALID_TXN_STATE, or an error of {@link #checkAppend}
     */
    public ErrorCode checkPending(long producerId, short producerEpoch, long askedAtOffset) {
        ErrorCode refusal = checkAppend(true);
        return refusal == ErrorCode.NONE
                ? log().producers().checkPending(producerId, producerEpoch, askedAtOffset)
                : refusal;
    }

    /** A batch that would begin a transaction here is held up while its coordinator is asked: nothing of its producer may get in before it. */
    public void holdFirst(long producerId, short producerEpoch, int sequence) {
        log().producers().holdFirst(producerId, producerEpoch, sequence);
    }

    /** What {@link #appendMarker} would answer: NONE or the error. */
    public ErrorCode checkMarker(long producerId, short producerEpoch, int coordinatorEpoch, int transactionVersion) {
        ErrorCode refusal = checkAppend(true);
        return refusal == ErrorCode.NONE
                ? log().producers().checkMarker(producerId, producerEpoch, coordinatorEpoch, transactionVersion)
                : refusal;
    }

    /**
     * Whether the producer has written here in a transaction with this epoch that is not ended: such a one needs no verification (KIP-890).
     *
     * @throws OttlaException KAFKA_STORAGE_ERROR
     */
    public boolean hasOpenTransaction(long producerId, short producerEpoch) {
        return log().producers().hasOpenTransaction(producerId, producerEpoch);
    }

    /** Whether what is appended is acknowledged only later, by the journal. */
    public boolean isJournaled() {
        PartitionLog present = log;
        return present != null && present.isJournaled();
    }

    /** Whether no more should be appended for now: the journal has all it can take. */
    public boolean isCongested() {
        PartitionLog present = log;
        return present != null && present.isCongested();
    }

    /** On the journal's thread: with one replica in sync, what is durable is committed. */
    private void durable(long endOffset) {
        PartitionLog present = log;
        if (present != null && leadership.inSyncCount() <= 1) {
            present.advanceHighWatermark(endOffset);
        }
        progressed(untoldBytes.getAndSet(0));
    }

    /**
     * Whether what was appended below an offset may be acknowledged.
     *
     * @param allInSync acks=all: it is committed; else acks=1: it is durable here, as its topic's settings promise
     * @return NONE when it may, NOT_ENOUGH_REPLICAS_AFTER_APPEND when too few remained, an error of {@link #checkLeader}, or null to wait on
     */
    public @Nullable ErrorCode acknowledged(long endOffset, boolean allInSync) {
        ErrorCode leader = checkLeader(NO_EPOCH);
        if (leader != ErrorCode.NONE) {
            return leader;
        }
        if (log().durableOffset() < endOffset || (allInSync && highWatermark() < endOffset)) {
            return null;
        }
        return allInSync && leadership.isUnderMinInsync(settings.minInsyncReplicas())
                ? ErrorCode.NOT_ENOUGH_REPLICAS_AFTER_APPEND
                : ErrorCode.NONE;
    }

    /** Consumers see what is below; the first offset that is not committed. */
    public long highWatermark() {
        return log().highWatermark();
    }

    /** Consumers that read committed transactions only see what is below (KIP-98). */
    public long lastStableOffset() {
        return log().lastStableOffset();
    }

    public long startOffset() {
        return log().startOffset();
    }

    public long endOffset() {
        return log().endOffset();
    }

    /** The first offset that a consumer may not have yet. */
    public long fetchableEnd(boolean readCommitted) {
        return readCommitted ? lastStableOffset() : highWatermark();
    }

    /**
     * Whole batches from the one that holds {@code offset} on; see {@link PartitionLog#read}. Empty between the end that the reader may see
     * and the log end.
     *
     * @return to be closed by the caller
     * @throws OttlaException OFFSET_OUT_OF_RANGE, KAFKA_STORAGE_ERROR
     */
    public LogSlice read(long offset, int maxBytes, boolean readCommitted, boolean atLeastOneBatch) {
        PartitionLog present = log();
        try {
            return present.read(offset, maxBytes, fetchableEnd(readCommitted), atLeastOneBatch);
        } catch (OttlaException e) {
            PartitionLog now = log();
            if (now.equals(present)) {
                throw e;
            }
            // It moved to another folder under the reader.
            return now.read(offset, maxBytes, fetchableEnd(readCommitted), atLeastOneBatch);
        }
    }

    /** Whether appends are refused for a moment (NOT_LEADER_OR_FOLLOWER) because its log is being replaced; see {@link #awaitRelease}. */
    public boolean isHeld() {
        return held != null;
    }

    /** Waits until it is no longer {@link #isHeld}, but not for ever. Blocks. */
    public void awaitRelease() {
        CountDownLatch latch = held;
        if (latch == null) {
            return;
        }
        try {
            // Too late, and the client asks again.
            boolean released = latch.await(MAX_HOLD_MS, TimeUnit.MILLISECONDS);
            LOG.debug("{} is released: {}", id, released);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Moves the log start up (DeleteRecords). Blocks.
     *
     * @param beforeOffset -1 for the high watermark
     * @return the new log start
     * @throws OttlaException OFFSET_OUT_OF_RANGE, POLICY_VIOLATION when the topic's cleanup.policy does not delete, an error of
     *     {@link #checkLeader}
     */
    public long deleteRecords(long beforeOffset) {
        ErrorCode leader = checkLeader(NO_EPOCH);
        if (leader != ErrorCode.NONE) {
            throw new OttlaException(leader, "This broker does not lead " + id);
        }
        if (!settings.log().deletes()) {
            throw new OttlaException(
                    ErrorCode.POLICY_VIOLATION,
                    "Records of " + id + " cannot be deleted: its cleanup.policy does not include delete");
        }
        if (beforeOffset < -1) {
            throw new OttlaException(ErrorCode.OFFSET_OUT_OF_RANGE, beforeOffset + " is no offset of " + id);
        }
        long start = log().deleteRecords(beforeOffset);
        changed();
        return start;
    }

    /** From now on, tells of progress and changes. What happened before must be looked at after this. */
    public void watch(PartitionWatcher watcher) {
        watchers.add(watcher);
    }

    public void unwatch(PartitionWatcher watcher) {
        watchers.remove(watcher);
    }

    /** Takes new metadata over. */
    void update(PartitionImage image, int brokerId) {
        Leadership next = Leadership.of(image, brokerId);
        if (!next.equals(leadership)) {
            leadership = next;
            lead(next);
            changed();
        }
    }

    /** Takes a topic's new settings over. */
    void configure(PartitionSettings newSettings) {
        settings = newSettings;
        PartitionLog present = log;
        if (present != null) {
            present.configure(newSettings.log());
        }
    }

    /** Its log is gone or going. */
    void retire() {
        leadership = new Leadership(-1, leadership.leaderEpoch(), leadership.partitionEpoch(), 1, 0, false);
        changed();
    }

    /** Its folder failed: nothing of it is served until a restart. */
    void fail() {
        log = null;
        changed();
    }

    /** Nothing is appended from now on, until {@link #release}; the log as it is. */
    PartitionLog hold() {
        held = new CountDownLatch(1);
        PartitionLog present = log();
        present.hold(true);
        return present;
    }

    /** Its log is this one now. */
    void moveTo(PartitionLog newLog) {
        log = newLog;
        newLog.onDurable(this::durable);
        lead(leadership);
    }

    /** Its log could be created at last. */
    void serve(PartitionLog newLog) {
        moveTo(newLog);
        changed();
    }

    /** Whether what it serves lies in a folder. */
    boolean isIn(@Nullable LogFolder folder) {
        PartitionLog present = log;
        return folder != null && present != null && present.equals(folder.get(id));
    }

    void release() {
        PartitionLog present = log;
        if (present != null) {
            present.hold(false);
        }
        CountDownLatch latch = held;
        held = null;
        if (latch != null) {
            latch.countDown();
        }
        changed();
    }

    /** A leader starts its epoch at the log end; alone in sync, all of its log is committed. */
    private void lead(Leadership by) {
        PartitionLog present = log;
        if (present != null && by.isLocal()) {
            if (present.latestEpoch() < by.leaderEpoch()) {
                present.assignEpoch(by.leaderEpoch());
            }
            if (by.inSyncCount() <= 1) {
                present.advanceHighWatermark(present.durableOffset());
            }
        }
    }

    private void progressed(int sizeBytes) {
        for (PartitionWatcher watcher : watchers) {
            watcher.onProgress(this, sizeBytes);
        }
    }

    private void changed() {
        for (PartitionWatcher watcher : watchers) {
            watcher.onChange(this);
        }
    }

    @Override
    public String toString() {
        return id.toString();
    }
}
