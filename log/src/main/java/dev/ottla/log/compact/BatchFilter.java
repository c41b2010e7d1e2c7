package dev.ottla.log.compact;

import dev.ottla.record.BatchBuilder;
import dev.ottla.record.BatchHeader;
import dev.ottla.record.Compression;
import dev.ottla.record.RecordCursor;
import java.nio.ByteBuffer;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Says what is left of each batch, in offset order, as Apache Kafka's Cleaner does: of each key the last record up to where the map reaches;
 * tombstones and markers until their delete horizon has passed, which is set when they are first met (KIP-534); nothing of aborted transactions.
 * A batch keeps its first and last offset, producer, sequence, times and codec whatever it loses. One that a producer is remembered by, and the
 * last of the round, stay even when empty.
 */
public final class BatchFilter implements AutoCloseable {
    private static final long NO_HORIZON = Long.MAX_VALUE;

    private final OffsetMap map;
    private final CleanedTransactions transactions;
    private final ProducerTails producers;
    private final Round round;
    private final Compression compression = new Compression();
    private final RecordCursor records = new RecordCursor();
    /** Which records of the batch stay, by their place in it. */
    private final BitSet stays = new BitSet();

    /**
     * @param nowMs when the cleaning began
     * @param deleteRetentionMs how long tombstones and markers stay after they were first cleaned
     * @param endOffset where the part of the log ends that may be cleaned at all
     */
    public record Round(long nowMs, long deleteRetentionMs, long endOffset) {}

    public BatchFilter(OffsetMap map, CleanedTransactions transactions, ProducerTails producers, Round round) {
        this.map = map;
        this.transactions = transactions;
        this.producers = producers;
        this.round = round;
    }

    /**
     * What is left of the batch at {@code at}: a view of it when nothing changes, a new buffer when something does, null when nothing is left.
     *
     * @throws dev.ottla.base.OttlaException when its records cannot be read
     */
    public @Nullable ByteBuffer filter(ByteBuffer batch, int at) {
        boolean mayDiscard = transactions.mayDiscard(batch, at);
        boolean control = BatchHeader.isControl(batch, at);
        boolean markerOfNothing = mayDiscard && control;
        boolean discard = mayDiscard && (!control || horizonMs(batch, at) <= round.nowMs());
        ByteBuffer left = discard ? null : keep(batch, at, control, markerOfNothing);
        return left == null && mustStay(batch, at) ? BatchHeader.emptied(batch, at) : left;
    }

    private boolean mustStay(ByteBuffer batch, int at) {
        return (BatchHeader.producerId(batch, at) >= 0 && producers.isTail(batch, at))
                || BatchHeader.lastOffset(batch, at) + 1 == round.endOffset();
    }

    private static long horizonMs(ByteBuffer batch, int at) {
        return BatchHeader.hasDeleteHorizon(batch, at) ? BatchHeader.baseTimestampMs(batch, at) : NO_HORIZON;
    }

    private @Nullable ByteBuffer keep(ByteBuffer batch, int at, boolean control, boolean markerOfNothing) {
        long horizonMs = horizonMs(batch, at);
        records.open(batch, at, compression);
        stays.clear();
        boolean tombstones = false;
        while (records.next()) {
            if (control || stays(horizonMs)) {
                stays.set(records.index());
                tombstones |= records.valueSize() < 0;
            }
        }
        if (stays.isEmpty()) {
            return null;
        }
        boolean setHorizon = (tombstones || markerOfNothing) && horizonMs == NO_HORIZON;
        if (stays.cardinality() == BatchHeader.count(batch, at) && !setHorizon) {
            return batch.slice(at, BatchHeader.sizeBytes(batch, at));
        }
        return rewrite(batch, at, setHorizon);
    }

    private boolean stays(long horizonMs) {
        if (records.offset() > map.latestOffset()) {
            return true;
        }
        if (records.keySize() < 0) {
            return false;
        }
        return records.offset() >= map.get(records.buffer(), records.keyAt(), records.keySize())
                && (records.valueSize() >= 0 || round.nowMs() < horizonMs);
    }

    private ByteBuffer rewrite(ByteBuffer batch, int at, boolean setHorizon) {
        BatchBuilder builder = new BatchBuilder(BatchHeader.sizeBytes(batch, at)).like(batch, at);
        if (setHorizon) {
            builder.deleteHorizon(round.nowMs() + round.deleteRetentionMs());
        }
        records.rewind();
        while (records.next()) {
            if (stays.get(records.index())) {
                builder.appendInPlace(records);
            }
        }
        return builder.build();
    }

    @Override
    public void close() {
        records.close();
        compression.close();
    }
}
