package dev.ottla.log.producer;

import dev.ottla.base.ErrorCode;
import dev.ottla.record.BatchHeader;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All producers of one partition. Decides as Kafka's ProducerAppendInfo does: {@link #check} looks, {@link #apply} records what was
 * appended; replay of the log is {@code apply} alone. Guarded by the log's lock.
 */
public final class ProducerStates {
    /** Producers remembered in one partition; beyond it the one that wrote longest ago is forgotten, as if it had expired. */
    public static final int MAX_PRODUCERS = 100_000;

    /** The first offset that is not decided when nothing is open. */
    public static final long NONE_OPEN = Long.MAX_VALUE;

    private static final int NO_SEQUENCE = -1;

    /** Transactions version 2 (KIP-890): the end of a transaction raises its producer's epoch. */
    private static final int FIRST_THAT_RAISES_THE_EPOCH = 2;

    /** Least recently seen first. */
    private final LinkedHashMap<Long, ProducerEntry> producers = new LinkedHashMap<>(16, 0.75f, true);
    /** Open transactions: first offset to producer id. */
    private final TreeMap<Long, Long> open = new TreeMap<>();
    /** Ended transactions whose end is not below the high watermark yet: first offset to the marker's. */
    private final TreeMap<Long, Long> ended = new TreeMap<>();

    /** Of producers that are not known here. */
    private final FirstBatches firstBatches = new FirstBatches();

    /**
     * Judges one batch of a client or coordinator; {@code offset} is what it would get. A transactional batch without sequence is a coordinator's, since a client's is
     * never let through to here: its epoch alone counts. Changes nothing.
     */
    public ProducerVerdict check(ByteBuffer buffer, int at, long offset, Terms terms) {
        long producerId = BatchHeader.producerId(buffer, at);
        if (producerId < 0) {
            return ProducerVerdict.Accepted.ACCEPTED;
        }
        ProducerEntry entry = producers.get(producerId);
        if (entry == null) {
            return checkFirst(buffer, at, offset, terms);
        }
        short epoch = BatchHeader.producerEpoch(buffer, at);
        if (BatchHeader.isControl(buffer, at)) {
            TransactionMarker marker = TransactionMarker.parse(buffer, at);
            return marker == null
                    ? ProducerVerdict.Accepted.ACCEPTED
                    : checkMarker(entry, epoch, marker.coordinatorEpoch(), terms.transactionVersion(), offset);
        }
        int firstSequence = BatchHeader.baseSequence(buffer, at);
        boolean transactional = BatchHeader.isTransactional(buffer, at);
        if (firstSequence == NO_SEQUENCE) {
            return checkPending(entry, epoch, transactional, terms.askedAtOffset(), offset);
        }
        int lastSequence = Sequences.add(firstSequence, BatchHeader.lastOffsetDelta(buffer, at));
        int known = entry.find(epoch, firstSequence, lastSequence);
        if (known >= 0) {
            return new ProducerVerdict.Duplicate(
                    entry.firstOffset(known), entry.lastOffset(known), entry.timestampMs(known));
        }
        ProducerVerdict verdict = checkData(entry, epoch, firstSequence, transactional, offset);
        return transactional && verdict == ProducerVerdict.Accepted.ACCEPTED
                ? checkAsked(entry, terms.askedAtOffset(), offset)
                : verdict;
    }

    /**
     * Of a producer that is not known here any batch may be the first, since what it wrote before may have been deleted. Not in a transaction: one of version 2 begins at 0, and none gets in
     * before what was sent before it.
     */
    private ProducerVerdict checkFirst(ByteBuffer buffer, int at, long offset, Terms terms) {
        int sequence = BatchHeader.baseSequence(buffer, at);
        if (sequence == NO_SEQUENCE || BatchHeader.isControl(buffer, at) || !BatchHeader.isTransactional(buffer, at)) {
            return ProducerVerdict.Accepted.ACCEPTED;
        }
        long producerId = BatchHeader.producerId(buffer, at);
        int highest =
                terms.transactionVersion() >= FIRST_THAT_RAISES_THE_EPOCH ? 0 : firstBatches.lowestSequence(producerId);
        return sequence <= highest
                ? ProducerVerdict.Accepted.ACCEPTED
                : new ProducerVerdict.Refused(
                        ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER,
                        "Producer " + producerId + ", of which nothing is known at offset " + offset
                                + ", must begin with sequence " + highest + ", not " + sequence);
    }

    /** A batch that would begin a transaction is held up: {@link FirstBatches}. */
    public void holdFirst(long producerId, short epoch, int sequence, long nowMs) {
        if (!producers.containsKey(producerId)) {
            firstBatches.held(producerId, epoch, sequence, nowMs);
        }
    }

    /** Judges a batch that a coordinator would write in a transaction of this producer. */
    public ProducerVerdict checkPending(long producerId, short epoch, long askedAtOffset, long offset) {
        ProducerEntry entry = producers.get(producerId);
        return entry == null
                ? ProducerVerdict.Accepted.ACCEPTED
                : checkPending(entry, epoch, true, askedAtOffset, offset);
    }

    private static ProducerVerdict checkPending(
            ProducerEntry entry, short epoch, boolean transactional, long askedAtOffset, long offset) {
        if (epoch < entry.epoch()) {
            return oldEpoch(entry, epoch, offset);
        }
        ProducerVerdict verdict = checkOpen(entry, transactional, offset);
        return verdict == ProducerVerdict.Accepted.ACCEPTED ? checkAsked(entry, askedAtOffset, offset) : verdict;
    }

    /** A batch that was held up until after its transaction's end would begin one that nobody ends (KIP-890). */
    private static ProducerVerdict checkAsked(ProducerEntry entry, long askedAtOffset, long offset) {
        return entry.lastMarkerOffset() < askedAtOffset
                ? ProducerVerdict.Accepted.ACCEPTED
                : new ProducerVerdict.Refused(
                        ErrorCode.INVALID_TXN_STATE,
                        "The transaction of producer " + entry.producerId() + " ended at offset "
                                + entry.lastMarkerOffset() + ", before its batch came at offset " + offset);
    }

    /**
     * Judges the end of a transaction. From transactions version 2 on (KIP-890) it bears an epoch that the producer has not written with: an equal one is late, or a repetition. A repetition, with
     * nothing open, is let through and changes nothing; with something open it would end a transaction that is not its own. The last epoch of all cannot be raised, so it is
     * let through too.
     *
     * @param transactionVersion 0, 1 or 2: transaction.version of the one who ends it
     */
    public ProducerVerdict checkMarker(
            long producerId, short epoch, int coordinatorEpoch, int transactionVersion, long offset) {
        ProducerEntry entry = producers.get(producerId);
        return entry == null
                ? ProducerVerdict.Accepted.ACCEPTED
                : checkMarker(entry, epoch, coordinatorEpoch, transactionVersion, offset);
    }

    private static ProducerVerdict checkMarker(
            ProducerEntry entry, short epoch, int coordinatorEpoch, int transactionVersion, long offset) {
        boolean late = transactionVersion >= FIRST_THAT_RAISES_THE_EPOCH
                && epoch == entry.epoch()
                && epoch != Short.MAX_VALUE
                && entry.transactionFirstOffset() >= 0;
        if (late || epoch < entry.epoch()) {
            return oldEpoch(entry, epoch, offset);
        }
        if (entry.coordinatorEpoch() > coordinatorEpoch) {
            return new ProducerVerdict.Refused(
                    ErrorCode.TRANSACTION_COORDINATOR_FENCED,
                    "Marker for producer " + entry.producerId() + " at offset " + offset + " has coordinator epoch "
                            + coordinatorEpoch + ", which is below the last seen " + entry.coordinatorEpoch());
        }
        return ProducerVerdict.Accepted.ACCEPTED;
    }

    /** Whether the producer has written in a transaction with this epoch that is not ended. */
    public boolean hasOpen(long producerId, short epoch) {
        ProducerEntry entry = producers.get(producerId);
        return entry != null && entry.epoch() == epoch && entry.transactionFirstOffset() >= 0;
    }

    private static ProducerVerdict checkData(
            ProducerEntry entry, short epoch, int firstSequence, boolean transactional, long offset) {
        if (epoch < entry.epoch()) {
            return oldEpoch(entry, epoch, offset);
        }
        if (epoch != entry.epoch()) {
            if (firstSequence != 0) {
                return new ProducerVerdict.Refused(
                        ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER,
                        "Producer " + entry.producerId() + " must begin its new epoch " + epoch
                                + " with sequence 0, not " + firstSequence + ", at offset " + offset
                                + " (current epoch " + entry.epoch() + ")");
            }
        } else if (!Sequences.follows(entry.lastSequence(), firstSequence)) {
            return new ProducerVerdict.Refused(
                    ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER,
                    "Out of order sequence number for producer " + entry.producerId() + " at offset " + offset + ": "
                            + firstSequence + " (incoming), " + entry.lastSequence() + " (current end)");
        }
        return checkOpen(entry, transactional, offset);
    }

    private static ProducerVerdict checkOpen(ProducerEntry entry, boolean transactional, long offset) {
        if (entry.transactionFirstOffset() >= 0 && !transactional) {
            return new ProducerVerdict.Refused(
                    ErrorCode.INVALID_TXN_STATE,
                    "Producer " + entry.producerId() + " has an open transaction; its batch at offset " + offset
                            + " must be transactional");
        }
        return ProducerVerdict.Accepted.ACCEPTED;
    }

    private static ProducerVerdict oldEpoch(ProducerEntry entry, short epoch, long offset) {
        return new ProducerVerdict.Refused(
                ErrorCode.INVALID_PRODUCER_EPOCH,
                "Epoch of producer " + entry.producerId() + " at offset " + offset + " is " + epoch
                        + ", which is too old: the last seen is " + entry.epoch());
    }

    /**
     * Records a batch that is in the log, its offset assigned.
     *
     * @return the transaction that it ended, null when none with data
     */
    public @Nullable CompletedTransaction apply(ByteBuffer buffer, int at, long maxTimestampMs, long nowMs) {
        long producerId = BatchHeader.producerId(buffer, at);
        if (producerId < 0) {
            return null;
        }
        short epoch = BatchHeader.producerEpoch(buffer, at);
        if (BatchHeader.isControl(buffer, at)) {
            TransactionMarker marker = TransactionMarker.parse(buffer, at);
            return marker == null
                    ? null
                    : endTransaction(
                            entryOf(producerId, epoch, nowMs),
                            marker,
                            epoch,
                            BatchHeader.baseOffset(buffer, at),
                            maxTimestampMs);
        }
        ProducerEntry entry = entryOf(producerId, epoch, nowMs);
        int offsetDelta = BatchHeader.lastOffsetDelta(buffer, at);
        int firstSequence = BatchHeader.baseSequence(buffer, at);
        int lastSequence = firstSequence == NO_SEQUENCE ? NO_SEQUENCE : Sequences.add(firstSequence, offsetDelta);
        entry.addBatch(epoch, lastSequence, BatchHeader.lastOffset(buffer, at), offsetDelta, maxTimestampMs);
        if (BatchHeader.isTransactional(buffer, at) && entry.transactionFirstOffset() < 0) {
            long firstOffset = BatchHeader.baseOffset(buffer, at);
            entry.beginTransaction(firstOffset);
            open.put(firstOffset, producerId);
        }
        return null;
    }

    private @Nullable CompletedTransaction endTransaction(
            ProducerEntry entry, TransactionMarker marker, short epoch, long markerOffset, long timestampMs) {
        long firstOffset = entry.transactionFirstOffset();
        entry.moveTo(epoch);
        entry.endTransaction(marker.coordinatorEpoch(), markerOffset, timestampMs);
        if (firstOffset < 0) {
            return null;
        }
        open.remove(firstOffset);
        ended.put(firstOffset, markerOffset);
        long lastStable = open.isEmpty() ? markerOffset + 1 : open.firstKey();
        return new CompletedTransaction(entry.producerId(), firstOffset, markerOffset, !marker.commit(), lastStable);
    }

    private ProducerEntry entryOf(long producerId, short epoch, long nowMs) {
        ProducerEntry entry = producers.get(producerId);
        if (entry == null) {
            entry = new ProducerEntry(producerId, epoch, nowMs);
            producers.put(producerId, entry);
            firstBatches.forget(producerId);
            forgetBeyondLimit();
        }
        entry.seenAt(nowMs);
        return entry;
    }

    private void forgetBeyondLimit() {
        Iterator<ProducerEntry> oldest = producers.values().iterator();
        while (producers.size() > MAX_PRODUCERS && oldest.hasNext()) {
            if (oldest.next().transactionFirstOffset() < 0) {
                oldest.remove();
            }
        }
    }

    /** The first offset of a transaction that is open, or ended at or above the high watermark; {@link #NONE_OPEN} without one. */
    public long firstUnstableOffset(long highWatermark) {
        Iterator<Map.Entry<Long, Long>> done = ended.entrySet().iterator();
        while (done.hasNext()) {
            if (done.next().getValue() < highWatermark) {
                done.remove();
            }
        }
        long firstOpen = open.isEmpty() ? NONE_OPEN : open.firstKey();
        return ended.isEmpty() ? firstOpen : Math.min(firstOpen, ended.firstKey());
    }

    /** Forgets producers without an open transaction that have not written for {@code expirationMs}; how many. */
    public int expire(long nowMs, long expirationMs) {
        firstBatches.expire(nowMs, expirationMs);
        int forgotten = 0;
        Iterator<ProducerEntry> entries = producers.values().iterator();
        while (entries.hasNext()) {
            ProducerEntry entry = entries.next();
            if (entry.transactionFirstOffset() < 0 && nowMs - entry.lastSeenMs() >= expirationMs) {
                entries.remove();
                forgotten++;
            }
        }
        return forgotten;
    }

    /** Whether anything is known at all; without, replay may skip batches without producer id faster. */
    public boolean isEmpty() {
        return producers.isEmpty();
    }

    /** Least recently seen first; a view, good while the log's lock is held. */
    public Collection<ProducerEntry> entries() {
        return Collections.unmodifiableCollection(producers.values());
    }

    /** Forgets everything and begins with what a snapshot held. */
    public void load(List<ProducerEntry> entries) {
        producers.clear();
        open.clear();
        ended.clear();
        firstBatches.clear();
        for (ProducerEntry entry : entries) {
            producers.put(entry.producerId(), entry);
            if (entry.transactionFirstOffset() >= 0) {
                open.put(entry.transactionFirstOffset(), entry.producerId());
            }
        }
    }
}
