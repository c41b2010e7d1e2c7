package dev.ottla.log.repair;

import dev.ottla.log.checkpoint.LeaderEpochs;
import dev.ottla.record.BatchBuilder;
import dev.ottla.record.BatchHeader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Batches without records that stand for offsets, as compaction may leave them in Apache Kafka: consumers step over them, and the log goes on
 * behind them.
 */
final class EmptyBatches {
    private EmptyBatches() {}

    /**
     * @param epochs what the partition's epochs are; null when that is not known
     * @param previousEpoch of the batch before
     * @param splitAt an offset where one must begin, if it lies inside: the recovery point
     */
    static List<ByteBuffer> covering(
            OffsetRange range, @Nullable LeaderEpochs epochs, int previousEpoch, long splitAt) {
        List<ByteBuffer> batches = new ArrayList<>();
        long first = range.first();
        while (first <= range.last()) {
            long last = range.last();
            if (splitAt > first && splitAt <= last) {
                last = splitAt - 1;
            }
            int epoch = Math.max(previousEpoch, 0);
            if (epochs != null) {
                epoch = Math.max(epoch, epochs.at(first));
                last = Math.min(last, lastOfEpoch(epochs, first, last));
            }
            batches.add(covering(first, last, epoch));
            first = last + 1;
        }
        return batches;
    }

    private static long lastOfEpoch(LeaderEpochs epochs, long first, long last) {
        for (int i = 0; i < epochs.size(); i++) {
            if (epochs.start(i) > first && epochs.start(i) <= last) {
                return epochs.start(i) - 1;
            }
        }
        return last;
    }

    private static ByteBuffer covering(long first, long last, int epoch) {
        ByteBuffer batch =
                new BatchBuilder().baseOffset(first).leaderEpoch(epoch).build();
        batch.putInt(BatchHeader.LAST_OFFSET_DELTA_AT, (int) (last - first));
        batch.putInt(BatchHeader.CRC_AT, BatchHeader.computeCrc(batch, 0, new CRC32C()));
        return batch;
    }
}
