package dev.ottla.log;

import dev.ottla.base.ErrorCode;
import dev.ottla.log.checkpoint.LeaderEpochs;
import dev.ottla.log.producer.ProducerEntry;
import dev.ottla.log.producer.ProducerVerdict;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What can be asked of a log beside its records. Looks anew when segments go away under it. */
final class LogQueries {
    private final LogState state;

    LogQueries(LogState state) {
        this.state = state;
    }

    private interface Search {
        TimeLookup.Found in(SegmentList segments) throws IOException;
    }

    @Nullable
    TimestampOffset firstSince(long timestampMs) {
        return lookUp(segments -> TimeLookup.firstSince(segments, timestampMs, state.logStart));
    }

    @Nullable
    TimestampOffset largest() {
        return lookUp(segments -> TimeLookup.largest(segments, state.logStart));
    }

    private @Nullable TimestampOffset lookUp(Search search) {
        while (true) {
            state.requireUsable();
            try {
                TimeLookup.Found found = search.in(state.segments);
                if (!found.retired()) {
                    requireEpoch(found.record());
                    return found.record();
                }
            } catch (IOException trouble) {
                throw state.readError("looking a time up", trouble);
            }
            Thread.onSpinWait();
        }
    }

    /** No CRC covers the epoch of the batch that a record was found in. */
    private void requireEpoch(@Nullable TimestampOffset found) throws DamagedLogException {
        if (found == null || !state.epochsVouched || found.leaderEpoch() < 0) {
            return;
        }
        int known = state.epochs.at(found.offset());
        if (known >= 0 && known != found.leaderEpoch()) {
            throw DamagedLogException.byChecksums(
                    "The batch with offset " + found.offset() + " in " + state.folder + " has leader epoch "
                            + found.leaderEpoch() + ", but was written in " + known,
                    state.partition.folderName());
        }
    }

    List<AbortedTransaction> abortedTransactions(long from, long toExclusive) {
        while (true) {
            state.requireUsable();
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

    EpochEnd endOffsetForEpoch(int epoch) {
        LeaderEpochs epochs = state.epochs;
        long end = state.logEnd;
        if (epoch < 0 || epoch > epochs.latest()) {
            return EpochEnd.UNDEFINED;
        }
        int index = epochs.floor(epoch);
        return index < 0
                ? new EpochEnd(epoch, epochs.start(0))
                : new EpochEnd(epochs.epoch(index), epochs.end(index, end));
    }

    ErrorCode checkPending(long producerId, short epoch, long askedAtOffset) {
        state.writer.lock();
        try {
            return codeOf(state.producers.checkPending(producerId, epoch, askedAtOffset, state.logEnd));
        } finally {
            state.writer.unlock();
        }
    }

    void holdFirst(long producerId, short epoch, int sequence) {
        state.writer.lock();
        try {
            state.producers.holdFirst(
                    producerId, epoch, sequence, state.environment.clock().wallMs());
        } finally {
            state.writer.unlock();
        }
    }

    ErrorCode checkMarker(long producerId, short epoch, int coordinatorEpoch, int transactionVersion) {
        state.writer.lock();
        try {
            return codeOf(
                    state.producers.checkMarker(producerId, epoch, coordinatorEpoch, transactionVersion, state.logEnd));
        } finally {
            state.writer.unlock();
        }
    }

    private static ErrorCode codeOf(ProducerVerdict verdict) {
        return verdict instanceof ProducerVerdict.Refused refused ? refused.code() : ErrorCode.NONE;
    }

    boolean hasOpenTransaction(long producerId, short epoch) {
        state.writer.lock();
        try {
            return state.producers.hasOpen(producerId, epoch);
        } finally {
            state.writer.unlock();
        }
    }

    List<ProducerSummary> activeProducers() {
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
}
