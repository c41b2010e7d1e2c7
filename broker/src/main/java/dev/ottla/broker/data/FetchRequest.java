package dev.ottla.broker.data;

import dev.ottla.base.TopicId;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A Fetch request (v4 to v18).
 *
 * @param replicaId -1 for a consumer
 * @param maxBytes of all records together
 * @param sessionId 0 for none
 * @param sessionEpoch 0 to make a session, -1 for none, else the number of the request in its session
 * @param partitions in the order asked; a partition named twice counts once, with what was asked last
 * @param forgotten partitions that leave the session
 */
record FetchRequest(
        int replicaId,
        int maxWaitMs,
        int minBytes,
        int maxBytes,
        boolean readCommitted,
        int sessionId,
        int sessionEpoch,
        Map<FetchPartition, FetchPartition> partitions,
        List<Forgotten> forgotten) {
    /** Partitions of a topic that the fetcher no longer wants; the topic as in {@link FetchPartition}. */
    record Forgotten(String topic, TopicId topicId, IntBuffer partitions) {}

    static final short FIRST_VERSION = 4;
    static final short LAST_VERSION = 18;
    static final int CONSUMER_REPLICA_ID = -1;
    static final int INITIAL_EPOCH = 0;
    static final int FINAL_EPOCH = -1;

    private static final short FIRST_LOG_START_VERSION = 5;
    private static final short FIRST_SESSION_VERSION = 7;
    private static final short FIRST_LEADER_EPOCH_VERSION = 9;
    private static final short FIRST_RACK_VERSION = 11;
    private static final short FIRST_FLEXIBLE_VERSION = 12;
    private static final short FIRST_TOPIC_ID_VERSION = 13;
    private static final short FIRST_REPLICA_STATE_VERSION = 15;
    private static final int REPLICA_STATE_TAG = 1;

    /** A partition and its place in the map, a tree's where a client makes keys collide. */
    private static final int PARTITION_HEAP_BYTES = 64 + 56 + 24;

    private static final int FORGOTTEN_HEAP_BYTES = 24 + 64 + 16 + 16;

    static boolean isFlexible(short version) {
        return version >= FIRST_FLEXIBLE_VERSION;
    }

    static boolean usesTopicIds(short version) {
        return version >= FIRST_TOPIC_ID_VERSION;
    }

    static boolean hasSessions(short version) {
        return version >= FIRST_SESSION_VERSION;
    }

    /** Whether the request says all that it wants, rather than what changed since the last one. */
    boolean isFull() {
        return sessionEpoch == INITIAL_EPOCH || sessionEpoch == FINAL_EPOCH;
    }

    /** Whether a broker asks, to replicate. */
    boolean isFromFollower() {
        return replicaId >= 0;
    }

    /** Decodes a body from its position on, which is put back. */
    static FetchRequest read(WireReader in, ByteBuffer body, short version) {
        int start = body.position();
        try {
            return decode(in.on(body, isFlexible(version)), version);
        } finally {
            body.position(start);
            in.done();
        }
    }

    private static FetchRequest decode(WireReader in, short version) {
        int replicaId = version < FIRST_REPLICA_STATE_VERSION ? in.int32() : CONSUMER_REPLICA_ID;
        int maxWaitMs = in.int32();
        int minBytes = in.int32();
        int maxBytes = in.int32();
        boolean readCommitted = in.int8() == 1;
        int sessionId = 0;
        int sessionEpoch = FINAL_EPOCH;
        if (hasSessions(version)) {
            sessionId = in.int32();
            sessionEpoch = in.int32();
        }
        Map<FetchPartition, FetchPartition> partitions = readTopics(in, version);
        List<Forgotten> forgotten = hasSessions(version) ? readForgotten(in, version) : List.of();
        if (version >= FIRST_RACK_VERSION) {
            in.skipString();
        }
        if (isFlexible(version)) {
            replicaId = readTags(in, version, replicaId);
        }
        return new FetchRequest(
                replicaId,
                maxWaitMs,
                minBytes,
                maxBytes,
                readCommitted,
                sessionId,
                sessionEpoch,
                partitions,
                forgotten);
    }

    private static Map<FetchPartition, FetchPartition> readTopics(WireReader in, short version) {
        int topics = in.arrayLength(topicFloorBytes(version));
        Map<FetchPartition, FetchPartition> partitions = new LinkedHashMap<>();
        for (int i = 0; i < topics; i++) {
            TopicId id = usesTopicIds(version) ? in.topicId() : TopicId.ZERO;
            String name = usesTopicIds(version) ? "" : in.topicName();
            int count = in.arrayLength(partitionFloorBytes(version));
            for (int j = 0; j < count; j++) {
                FetchPartition asked = readPartition(in, version, name, id);
                FetchPartition before = partitions.putIfAbsent(asked, asked);
                if (before != null) {
                    before.ask(asked);
                }
            }
            in.skipTags();
        }
        return partitions;
    }

    private static FetchPartition readPartition(WireReader in, short version, String name, TopicId id) {
        in.charge(PARTITION_HEAP_BYTES);
        FetchPartition partition = new FetchPartition(name, id, in.int32());
        int currentLeaderEpoch = version >= FIRST_LEADER_EPOCH_VERSION ? in.int32() : FetchPartition.NO_EPOCH;
        long fetchOffset = in.int64();
        int lastFetchedEpoch = isFlexible(version) ? in.int32() : FetchPartition.NO_EPOCH;
        if (version >= FIRST_LOG_START_VERSION) {
            in.int64(); // the follower's log start offset
        }
        partition.ask(fetchOffset, currentLeaderEpoch, lastFetchedEpoch, in.int32());
        in.skipTags();
        return partition;
    }

    private static List<Forgotten> readForgotten(WireReader in, short version) {
        int topics = in.arrayLength(topicFloorBytes(version));
        List<Forgotten> forgotten = new ArrayList<>();
        for (int i = 0; i < topics; i++) {
            TopicId id = usesTopicIds(version) ? in.topicId() : TopicId.ZERO;
            String name = usesTopicIds(version) ? "" : in.topicName();
            int count = in.arrayLength(Integer.BYTES);
            in.charge(FORGOTTEN_HEAP_BYTES + (long) Integer.BYTES * count);
            IntBuffer partitions = IntBuffer.allocate(count);
            for (int j = 0; j < count; j++) {
                partitions.put(j, in.int32());
            }
            in.skipTags();
            forgotten.add(new Forgotten(name, id, partitions));
        }
        return forgotten;
    }

    /** The request's own tagged fields: of interest is only who asks. */
    private static int readTags(WireReader in, short version, int replicaId) {
        int asker = replicaId;
        int count = in.tagCount();
        for (int i = 0; i < count; i++) {
            int tag = in.unsignedVarint();
            int size = in.tagSize();
            int end = in.position() + size;
            if (tag == REPLICA_STATE_TAG && version >= FIRST_REPLICA_STATE_VERSION && size >= Integer.BYTES) {
                asker = in.int32();
            }
            in.skip(end - in.position());
        }
        return asker;
    }

    private static int topicFloorBytes(short version) {
        if (usesTopicIds(version)) {
            return 16 + 2;
        }
        return isFlexible(version) ? 3 : 6;
    }

    private static int partitionFloorBytes(short version) {
        int floor = 4 + 8 + 4;
        floor += version >= FIRST_LOG_START_VERSION ? 8 : 0;
        floor += version >= FIRST_LEADER_EPOCH_VERSION ? 4 : 0;
        return floor + (isFlexible(version) ? 5 : 0);
    }
}
