package dev.ottla.log.producer;

/**
 * One producer in one partition: its epoch and its last five batches of that epoch, oldest first. Guarded by the log's lock.
 */
public final class ProducerEntry {
    /** max.in.flight.requests.per.connection of an idempotent producer is at most this. */
    public static final int BATCHES = 5;

    private final long producerId;
    private short epoch;
    private int coordinatorEpoch = -1;
    /** Not in the snapshot: it matters to what is under way only. */
    private long lastMarkerOffset = -1;

    private long lastTimestampMs = -1;
    private long lastSeenMs;
    private long transactionFirstOffset = -1;
    private int count;
    private final int[] lastSequences = new int[BATCHES];
    private final int[] offsetDeltas = new int[BATCHES];
    private final long[] lastOffsets = new long[BATCHES];
    private final long[] timestamps = new long[BATCHES];

    ProducerEntry(long producerId, short epoch, long lastSeenMs) {
        this.producerId = producerId;
        this.epoch = epoch;
        this.lastSeenMs = lastSeenMs;
    }

    public long producerId() {
        return producerId;
    }

    public short epoch() {
        return epoch;
    }

    /** -1 when there was no transaction marker yet. */
    public int coordinatorEpoch() {
        return coordinatorEpoch;
    }

    /** -1 when none was seen since the start. */
    long lastMarkerOffset() {
        return lastMarkerOffset;
    }

    /** Of the last batch or marker; -1 when none. */
    public long lastTimestampMs() {
        return lastTimestampMs;
    }

    /** The broker's time when it last wrote: what expiry goes by, since record timestamps are the producer's word. */
    long lastSeenMs() {
        return lastSeenMs;
    }

    /** -1 without an open transaction. */
    public long transactionFirstOffset() {
        return transactionFirstOffset;
    }

    /** -1 when no batch of its epoch is remembered. */
    public int lastSequence() {
        return count == 0 ? -1 : lastSequences[count - 1];
    }

    /** The last offset of its last batch; -1 when no batch of its epoch is remembered. */
    public long lastDataOffset() {
        return count == 0 ? -1 : lastOffsets[count - 1];
    }

    /** How many batches are remembered, 0 to {@link #BATCHES}; 0 is the oldest. */
    int count() {
        return count;
    }

    int lastSequence(int batch) {
        return lastSequences[batch];
    }

    int firstSequence(int batch) {
        return Sequences.subtract(lastSequences[batch], offsetDeltas[batch]);
    }

    int offsetDelta(int batch) {
        return offsetDeltas[batch];
    }

    long lastOffset(int batch) {
        return lastOffsets[batch];
    }

    long firstOffset(int batch) {
        return lastOffsets[batch] - offsetDeltas[batch];
    }

    long timestampMs(int batch) {
        return timestamps[batch];
    }

    /** The remembered batch with this very range of sequences; -1 when there is none. */
    int find(short batchEpoch, int firstSequence, int lastSequence) {
        if (batchEpoch != epoch) {
            return -1;
        }
        for (int batch = count - 1; batch >= 0; batch--) {
            if (lastSequences[batch] == lastSequence && firstSequence(batch) == firstSequence) {
                return batch;
            }
        }
        return -1;
    }

    void addBatch(short batchEpoch, int lastSequence, long lastOffset, int offsetDelta, long timestampMs) {
        moveTo(batchEpoch);
        if (count == BATCHES) {
            System.arraycopy(lastSequences, 1, lastSequences, 0, BATCHES - 1);
            System.arraycopy(offsetDeltas, 1, offsetDeltas, 0, BATCHES - 1);
            System.arraycopy(lastOffsets, 1, lastOffsets, 0, BATCHES - 1);
            System.arraycopy(timestamps, 1, timestamps, 0, BATCHES - 1);
            count--;
        }
        lastSequences[count] = lastSequence;
        offsetDeltas[count] = offsetDelta;
        lastOffsets[count] = lastOffset;
        timestamps[count] = timestampMs;
        count++;
        lastTimestampMs = timestampMs;
    }

    /** A new epoch forgets the batches of the old one. */
    void moveTo(short newEpoch) {
        if (newEpoch != epoch) {
            count = 0;
            epoch = newEpoch;
        }
    }

    void endTransaction(int markerCoordinatorEpoch, long markerOffset, long timestampMs) {
        lastMarkerOffset = markerOffset;
        coordinatorEpoch = markerCoordinatorEpoch;
        transactionFirstOffset = -1;
        lastTimestampMs = timestampMs;
    }

    void restore(int markerCoordinatorEpoch, long openTransactionFirstOffset, long timestampMs) {
        coordinatorEpoch = markerCoordinatorEpoch;
        transactionFirstOffset = openTransactionFirstOffset;
        lastTimestampMs = timestampMs;
    }

    void beginTransaction(long firstOffset) {
        transactionFirstOffset = firstOffset;
    }

    void seenAt(long nowMs) {
        lastSeenMs = nowMs;
    }
}
