package dev.ottla.log;

import dev.ottla.base.ErrorCode;
import dev.ottla.log.producer.ProducerEntry;
import dev.ottla.log.producer.ProducerVerdict;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Who has written to a log, and in which transactions. Throws as {@link PartitionLog} does. */
public final class LogProducers {
    private final LogState state;

    LogProducers(LogState state) {
        this.state = state;
    }

    /**
     * What {@link PartitionLog#append} would say of a transactional batch of a coordinator, without sequence: NONE, INVALID_PRODUCER_EPOCH or
     * INVALID_TXN_STATE.
     *
     * @param askedAtOffset as {@link dev.ottla.log.producer.Terms} has it
     */
    public ErrorCode checkPending(long producerId, short producerEpoch, long askedAtOffset) {
        state.requireServing();
        state.writer.lock();
        try {
            return codeOf(state.producers.checkPending(producerId, producerEpoch, askedAtOffset, state.logEnd));
        } finally {
            state.writer.unlock();
        }
    }

    /**
     * A batch that would begin a transaction here is held up while its coordinator is asked: what its producer sends behind it is refused with
     * OUT_OF_ORDER_SEQUENCE_NUMBER until it has got in, or the transaction has ended, if nothing else is known of the producer.
     */
    public void holdFirst(long producerId, short producerEpoch, int sequence) {
        state.requireServing();
        state.writer.lock();
        try {
            long nowMs = state.environment.clock().wallMs();
            state.producers.holdFirst(producerId, producerEpoch, sequence, nowMs);
        } finally {
            state.writer.unlock();
        }
    }

    /** What {@link PartitionLog#append} would say of a marker: NONE, INVALID_PRODUCER_EPOCH or TRANSACTION_COORDINATOR_FENCED. */
    public ErrorCode checkMarker(long producerId, short producerEpoch, int coordinatorEpoch, int transactionVersion) {
        state.requireServing();
        state.writer.lock();
        try {
            return codeOf(state.producers.checkMarker(
                    producerId, producerEpoch, coordinatorEpoch, transactionVersion, state.logEnd));
        } finally {
            state.writer.unlock();
        }
    }

    private static ErrorCode codeOf(ProducerVerdict verdict) {
        return verdict instanceof ProducerVerdict.Refused refused ? refused.code() : ErrorCode.NONE;
    }

    /** Whether the producer has written in a transaction with this epoch that is not ended: its coordinator knows this partition. */
    public boolean hasOpenTransaction(long producerId, short producerEpoch) {
        state.requireServing();
        state.writer.lock();
        try {
            return state.producers.hasOpen(producerId, producerEpoch);
        } finally {
            state.writer.unlock();
        }
    }

    /** The aborted transactions with records in {@code [from, toExclusive)}, by first offset. Blocks on files. */
    public List<AbortedTransaction> aborted(long from, long toExclusive) {
        while (true) {
            state.requireServing();
            try {
                List<AbortedTransaction> aborted = TransactionIndex.collect(state.segments, from, toExclusive);
                if (aborted != null) {
                    aborted.sort(Comparator.comparingLong(AbortedTransaction::firstOffset));
                    return aborted;
                }
            } catch (IOException trouble) {
                throw state.readError("reading the transaction index", trouble);
            }
            Thread.onSpinWait();
        }
    }

    /** Those that have written of late. */
    public List<ProducerSummary> active() {
        state.requireServing();
        state.writer.lock();
        try {
            List<ProducerSummary> producers = new ArrayList<>();
            for (ProducerEntry entry : state.producers.entries()) {
                producers.add(new ProducerSummary(
                        entry.producerId(),
                        entry.epoch(),
                        entry.lastSequence(),
                        entry.lastTimestampMs(),
                        entry.coordinatorEpoch(),
                        entry.transactionFirstOffset()));
            }
            return producers;
        } finally {
            state.writer.unlock();
        }
    }

    /** Forgets those that have not written for so long as the folder's settings say. */
    void expire(long nowMs) {
        state.writer.lock();
        try {
            state.producers.expire(nowMs, state.environment.settings().producerIdExpirationMs());
        } finally {
            state.writer.unlock();
        }
    }
}
