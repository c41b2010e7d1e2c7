package dev.ottla.broker.data;

import dev.ottla.base.TopicId;

/**
 * A partition that a fetcher asks for: what it asked, and, in a session, what it was last told. Its own key, by topic id or, before
 * Fetch v13, by name. In a session only under the session's lock.
 */
final class FetchPartition implements Comparable<FetchPartition> {
    /** What a client sends for "I know no epoch". */
    static final int NO_EPOCH = -1;

    private final String topic;
    private final TopicId topicId;
    private final int partition;
    private long fetchOffset;
    private int currentLeaderEpoch;
    private int lastFetchedEpoch;
    private int maxBytes;
    private long toldHighWatermark = -1;
    private long toldLogStartOffset = -1;

    /**
     * @param topic empty when asked by id
     * @param topicId {@link TopicId#ZERO} when asked by name
     */
    FetchPartition(String topic, TopicId topicId, int partition) {
        this.topic = topic;
        this.topicId = topicId;
        this.partition = partition;
    }

    FetchPartition ask(long offset, int leaderEpoch, int fetchedEpoch, int bytes) {
        fetchOffset = offset;
        currentLeaderEpoch = leaderEpoch;
        lastFetchedEpoch = fetchedEpoch;
        maxBytes = bytes;
        return this;
    }

    /** Takes over what a later request of the session asks. */
    void ask(FetchPartition later) {
        ask(later.fetchOffset, later.currentLeaderEpoch, later.lastFetchedEpoch, later.maxBytes);
    }

    /** Remembers what the fetcher was told; an answer with an error makes the next one differ in any case. */
    void told(long highWatermark, long logStartOffset) {
        toldHighWatermark = highWatermark;
        toldLogStartOffset = logStartOffset;
    }

    String topic() {
        return topic;
    }

    TopicId topicId() {
        return topicId;
    }

    int partition() {
        return partition;
    }

    long fetchOffset() {
        return fetchOffset;
    }

    /** {@link #NO_EPOCH} when the fetcher does not say. */
    int currentLeaderEpoch() {
        return currentLeaderEpoch;
    }

    /** {@link #NO_EPOCH} when the fetcher does not say. */
    int lastFetchedEpoch() {
        return lastFetchedEpoch;
    }

    int maxBytes() {
        return maxBytes;
    }

    long toldHighWatermark() {
        return toldHighWatermark;
    }

    long toldLogStartOffset() {
        return toldLogStartOffset;
    }

    boolean sameTopic(FetchPartition other) {
        return topicId.equals(other.topicId) && topic.equals(other.topic);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FetchPartition that && partition == that.partition && sameTopic(that);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * topicId.hashCode() + topic.hashCode()) + partition;
    }

    /** Any total order: it keeps a map of keys that a client made collide from becoming a list. */
    @Override
    public int compareTo(FetchPartition other) {
        int byPartition = Integer.compare(partition, other.partition);
        if (byPartition != 0) {
            return byPartition;
        }
        int byId = topicId.compareTo(other.topicId);
        return byId != 0 ? byId : topic.compareTo(other.topic);
    }

    @Override
    public String toString() {
        return (topicId.isZero() ? topic : topicId) + "-" + partition + "@" + fetchOffset;
    }
}
