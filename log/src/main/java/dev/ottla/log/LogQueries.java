package dev.ottla.log;

import dev.ottla.log.checkpoint.LeaderEpochs;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Which offsets belong to a time or a leader epoch. Looks anew when segments go away under it. */
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
            state.requireServing();
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
        if (found == null || !state.epochsVouched || found.leaderEpoch() == LeaderEpochs.NONE) {
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
}
