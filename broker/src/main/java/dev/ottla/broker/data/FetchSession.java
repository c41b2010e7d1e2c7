package dev.ottla.broker.data;

import dev.ottla.base.ErrorCode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * What a fetcher asks for, remembered between its requests (KIP-227). A request's epoch is the count of requests before it; one that comes
 * twice or out of turn is refused. The order of the partitions is that of the answers: whoever was given records goes to the end, so that
 * a busy partition does not starve the others.
 *
 * <p>Its methods lock it; requests of one session may come on several connections.
 */
final class FetchSession {
    private final int id;
    private final boolean privileged;
    private final boolean usesTopicIds;
    private final long createdMs;
    private final LinkedHashMap<FetchPartition, FetchPartition> partitions;
    private int nextEpoch = 1;
    /** Only under the cache's lock. */
    private long lastUsedMs;
    /** Only under the cache's lock. */
    private int countedPartitions;

    FetchSession(int id, boolean privileged, boolean usesTopicIds, long createdMs, List<FetchPartition> asked) {
        this.id = id;
        this.privileged = privileged;
        this.usesTopicIds = usesTopicIds;
        this.createdMs = createdMs;
        this.lastUsedMs = createdMs;
        partitions = LinkedHashMap.newLinkedHashMap(asked.size());
        for (FetchPartition partition : asked) {
            partitions.put(partition, partition);
        }
        countedPartitions = partitions.size();
    }

    int id() {
        return id;
    }

    /** A follower's: consumers do not push it out. */
    boolean privileged() {
        return privileged;
    }

    boolean usesTopicIds() {
        return usesTopicIds;
    }

    long createdMs() {
        return createdMs;
    }

    long lastUsedMs() {
        return lastUsedMs;
    }

    int countedPartitions() {
        return countedPartitions;
    }

    /** Notes a use; the cache moves it behind all others. */
    void used(long nowMs, int partitionCount) {
        lastUsedMs = nowMs;
        countedPartitions = partitionCount;
    }

    /** The epoch after another; it starts again at 1, because 0 means "make a session". */
    static int epochAfter(int epoch) {
        return epoch == Integer.MAX_VALUE ? 1 : epoch + 1;
    }

    /**
     * Takes a request's changes over.
     *
     * @return the code to answer with; NONE when the request is in turn
     */
    synchronized ErrorCode advance(FetchRequest request, boolean requestUsesTopicIds) {
        if (nextEpoch != request.sessionEpoch()) {
            return ErrorCode.INVALID_FETCH_SESSION_EPOCH;
        }
        if (usesTopicIds != requestUsesTopicIds) {
            return ErrorCode.FETCH_SESSION_TOPIC_ID_ERROR;
        }
        for (FetchPartition asked : request.partitions().keySet()) {
            FetchPartition before = partitions.putIfAbsent(asked, asked);
            if (before != null) {
                before.ask(asked);
            }
        }
        for (FetchRequest.Forgotten forgotten : request.forgotten()) {
            for (int i = 0; i < forgotten.partitions().limit(); i++) {
                int partition = forgotten.partitions().get(i);
                partitions.remove(new FetchPartition(forgotten.topic(), forgotten.topicId(), partition));
            }
        }
        nextEpoch = epochAfter(nextEpoch);
        return ErrorCode.NONE;
    }

    synchronized int size() {
        return partitions.size();
    }

    /** Everything asked for now, in the order of the next answer. */
    synchronized List<PartitionRead> reads() {
        List<PartitionRead> reads = new ArrayList<>(partitions.size());
        for (FetchPartition partition : partitions.keySet()) {
            reads.add(new PartitionRead(partition));
        }
        return reads;
    }

    /**
     * Leaves out of {@code reads} what the fetcher knows already, and remembers what it is told now.
     *
     * @param requestEpoch of the request that is answered
     * @return false when another request of the session has come in between: this one must not be answered with records
     */
    synchronized boolean keepNews(int requestEpoch, List<PartitionRead> reads) {
        if (nextEpoch != epochAfter(requestEpoch)) {
            return false;
        }
        Iterator<PartitionRead> each = reads.iterator();
        while (each.hasNext()) {
            PartitionRead read = each.next();
            FetchPartition known = partitions.get(read.asked());
            if (known == null) {
                continue;
            }
            boolean news = isNews(known, read);
            if (read.error() == ErrorCode.NONE) {
                known.told(read.highWatermark(), read.logStartOffset());
            } else {
                known.told(-1, read.logStartOffset());
            }
            if (!news) {
                each.remove();
            } else if (read.recordsSizeBytes() > 0) {
                partitions.putLast(known, known);
            }
        }
        return true;
    }

    private static boolean isNews(FetchPartition known, PartitionRead read) {
        return read.recordsSizeBytes() > 0
                || read.error() != ErrorCode.NONE
                || read.diverges()
                || known.toldHighWatermark() != read.highWatermark()
                || known.toldLogStartOffset() != read.logStartOffset();
    }

    /** For tests: the order of the next answer. */
    synchronized List<FetchPartition> order() {
        return List.copyOf(partitions.keySet());
    }
}
