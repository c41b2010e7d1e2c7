package dev.ottla.broker.data;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.log.EpochEnd;
import dev.ottla.log.LogSlice;
import dev.ottla.replication.Partition;
import dev.ottla.replication.Partitions;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads what a Fetch asks for, partition by partition, within its limits. */
final class FetchReader {
    private static final Logger LOG = LoggerFactory.getLogger(FetchReader.class);
    /** From this version on a fetcher knows KAFKA_STORAGE_ERROR. */
    private static final short FIRST_STORAGE_ERROR_VERSION = 6;

    private final Partitions partitions;
    private final int fetchMaxBytes;

    /** @param fetchMaxBytes fetch.max.bytes: of all records in one answer, whatever is asked */
    FetchReader(Partitions partitions, int fetchMaxBytes) {
        this.partitions = partitions;
        this.fetchMaxBytes = fetchMaxBytes;
    }

    /**
     * What a round of reads came to.
     *
     * @param sizeBytes of all records
     * @param asked partitions that are known here
     * @param answerNow an error or a divergence: waiting would not make it better
     */
    record Round(long sizeBytes, int asked, boolean answerNow) {}

    /** The most bytes of records in the answer. */
    int maxBytes(FetchRequest request) {
        return Math.max(Math.min(request.maxBytes(), fetchMaxBytes), 0);
    }

    /** Reads everything anew; the records of the reads are the caller's to close. */
    Round readAll(FetchRequest request, short version, List<PartitionRead> reads) {
        int limit = maxBytes(request);
        long size = 0;
        int asked = 0;
        boolean answerNow = false;
        for (PartitionRead read : reads) {
            read.clear();
            Partition partition = find(version, read);
            if (partition == null) {
                whyNot(version, read);
                answerNow |= !read.isUnresolved();
                continue;
            }
            asked++;
            int left = (int) Math.max(limit - size, 0);
            readOne(request, version, partition, read, left, size == 0);
            size += read.recordsSizeBytes();
            answerNow |= read.error() != ErrorCode.NONE || read.diverges();
        }
        return new Round(size, asked, answerNow);
    }

    /** Null when this broker does not hold it. */
    @Nullable
    Partition find(short version, PartitionRead read) {
        return FetchRequest.usesTopicIds(version)
                ? partitions.byId(read.topicId(), read.partition())
                : partitions.byName(read.topic(), read.partition());
    }

    private void whyNot(short version, PartitionRead read) {
        ErrorCode why = FetchRequest.usesTopicIds(version)
                ? partitions.whyNot(read.topicId(), read.partition())
                : partitions.whyNot(read.topic(), read.partition());
        if (why == ErrorCode.NOT_LEADER_OR_FOLLOWER) {
            read.failed(why);
        } else {
            read.unresolved(why);
        }
    }

    private static void readOne(
            FetchRequest request,
            short version,
            Partition partition,
            PartitionRead read,
            int limitBytes,
            boolean atLeastOneBatch) {
        try {
            ErrorCode refusal = refusal(request, version, partition, read);
            if (refusal != ErrorCode.NONE) {
                read.failed(refusal);
                return;
            }
            long high = partition.highWatermark();
            read.offsets(high, partition.lastStableOffset(), partition.startOffset());
            if (request.readCommitted()) {
                read.listsAborted();
            }
            if (read.lastFetchedEpoch() != FetchPartition.NO_EPOCH && diverges(partition, read)) {
                return;
            }
            int maxBytes = Math.max(Math.min(read.maxBytes(), limitBytes), 0);
            LogSlice slice = partition.read(read.fetchOffset(), maxBytes, request.readCommitted(), atLeastOneBatch);
            if (slice.sizeBytes() > 0) {
                read.found(slice);
                if (request.readCommitted()) {
                    read.aborted(partition.log().producers().aborted(read.fetchOffset(), slice.endOffsetExclusive()));
                }
            } else {
                slice.close();
            }
        } catch (OttlaException e) {
            read.failed(known(e.code(), version));
        } catch (RuntimeException e) {
            LOG.error("{} could not be read at {}", partition, read.fetchOffset(), e);
            read.failed(ErrorCode.UNKNOWN_SERVER_ERROR);
        }
    }

    private static ErrorCode refusal(FetchRequest request, short version, Partition partition, PartitionRead read) {
        ErrorCode leader = partition.checkLeader(read.currentLeaderEpoch());
        if (leader != ErrorCode.NONE) {
            return known(leader, version);
        }
        if (request.isFromFollower()) {
            // No other broker is a replica of anything here; this is what Apache Kafka tells one that is not.
            return read.currentLeaderEpoch() == FetchPartition.NO_EPOCH
                    ? ErrorCode.NOT_LEADER_OR_FOLLOWER
                    : ErrorCode.UNKNOWN_LEADER_EPOCH;
        }
        return ErrorCode.NONE;
    }

    private static ErrorCode known(ErrorCode code, short version) {
        return code == ErrorCode.KAFKA_STORAGE_ERROR && version < FIRST_STORAGE_ERROR_VERSION
                ? ErrorCode.NOT_LEADER_OR_FOLLOWER
                : code;
    }

    /** Whether the fetcher's log and this one part before the offset it asks for (KIP-595). */
    private static boolean diverges(Partition partition, PartitionRead read) {
        EpochEnd end = partition.log().endOffsetForEpoch(read.lastFetchedEpoch());
        if (end.epoch() < 0 || end.endOffset() < 0 || read.fetchOffset() < partition.startOffset()) {
            throw new OttlaException(
                    ErrorCode.OFFSET_OUT_OF_RANGE,
                    "Where epoch " + read.lastFetchedEpoch() + " of " + partition + " ended is not known");
        }
        if (end.epoch() < read.lastFetchedEpoch() || end.endOffset() < read.fetchOffset()) {
            read.divergesAt(end.epoch(), end.endOffset());
            return true;
        }
        return false;
    }
}
