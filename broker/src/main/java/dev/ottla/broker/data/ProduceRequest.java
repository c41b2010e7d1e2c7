package dev.ottla.broker.data;

import dev.ottla.base.TopicId;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A Produce request (v3 to v13), decoded in place: flat arrays that are reused, and for each partition where its record set lies in the
 * body. Nothing of the records is copied or looked at. The whole request is walked before anything is done, so that a frame cut off in its
 * last partition has no effect.
 */
final class ProduceRequest {
    static final short FIRST_VERSION = 3;
    static final short LAST_VERSION = 13;
    static final short FIRST_FLEXIBLE_VERSION = 9;
    private static final short FIRST_TOPIC_ID_VERSION = 13;

    private @Nullable String transactionalId;
    private short acks;
    private int timeoutMs;
    private int topicCount;
    private int partitionCount;

    private String[] topicNames = {};
    private TopicId[] topicIds = {};
    /** Per topic: how many partitions there are up to its end. */
    private int[] topicEnds = {};

    private int[] indexes = {};
    private int[] recordsAt = {};
    private int[] recordsSizes = {};

    static boolean isFlexible(short version) {
        return version >= FIRST_FLEXIBLE_VERSION;
    }

    static boolean usesTopicIds(short version) {
        return version >= FIRST_TOPIC_ID_VERSION;
    }

    /** Decodes a body, from its position on, which is put back. */
    void read(WireReader in, ByteBuffer body, short version) {
        int start = body.position();
        try {
            decode(in.on(body, isFlexible(version)), version);
        } finally {
            body.position(start);
            in.done();
        }
    }

    private void decode(WireReader in, short version) {
        boolean flexible = isFlexible(version);
        transactionalId = in.nullableString();
        acks = in.int16();
        timeoutMs = in.int32();
        partitionCount = 0;
        int topicFloorBytes = (usesTopicIds(version) ? 16 : flexible ? 1 : 2) + (flexible ? 2 : 4);
        topicCount = in.arrayLength(topicFloorBytes);
        growTopics();
        for (int topic = 0; topic < topicCount; topic++) {
            if (usesTopicIds(version)) {
                topicNames[topic] = "";
                topicIds[topic] = in.topicId();
            } else {
                topicNames[topic] = in.topicName();
                topicIds[topic] = TopicId.ZERO;
            }
            readPartitions(in, flexible);
            topicEnds[topic] = partitionCount;
            in.skipTags();
        }
        in.skipTags();
    }

    private void readPartitions(WireReader in, boolean flexible) {
        int count = in.arrayLength(flexible ? 6 : 8);
        growPartitions(partitionCount + count);
        for (int i = 0; i < count; i++) {
            indexes[partitionCount] = in.int32();
            int size = in.bytesLength();
            recordsAt[partitionCount] = in.position();
            recordsSizes[partitionCount] = size;
            in.skip(Math.max(size, 0));
            in.skipTags();
            partitionCount++;
        }
    }

    @Nullable
    String transactionalId() {
        return transactionalId;
    }

    short acks() {
        return acks;
    }

    int timeoutMs() {
        return timeoutMs;
    }

    int topicCount() {
        return topicCount;
    }

    int partitionCount() {
        return partitionCount;
    }

    /** Empty from v13 on. */
    String topicName(int topic) {
        return topicNames[topic];
    }

    /** {@link TopicId#ZERO} before v13. */
    TopicId topicId(int topic) {
        return topicIds[topic];
    }

    /** The topic's first partition in the flat list. */
    int firstPartition(int topic) {
        return topic == 0 ? 0 : topicEnds[topic - 1];
    }

    /** Behind the topic's last partition in the flat list. */
    int endPartition(int topic) {
        return topicEnds[topic];
    }

    int index(int partition) {
        return indexes[partition];
    }

    /** Where the record set starts in the body's buffer. */
    int recordsAt(int partition) {
        return recordsAt[partition];
    }

    /** -1 when null was sent. */
    int recordsSizeBytes(int partition) {
        return recordsSizes[partition];
    }

    /** Whether it became so large that it is better dropped than kept for the next request. */
    boolean isOversized(int keepPartitions) {
        return indexes.length > keepPartitions || topicEnds.length > keepPartitions;
    }

    private void growTopics() {
        if (topicEnds.length < topicCount) {
            topicNames = new String[topicCount];
            topicIds = new TopicId[topicCount];
            topicEnds = new int[topicCount];
        }
    }

    private void growPartitions(int needed) {
        if (indexes.length < needed) {
            int size = Math.max(needed, Math.min(indexes.length * 2, 1 << 10));
            indexes = Arrays.copyOf(indexes, size);
            recordsAt = Arrays.copyOf(recordsAt, size);
            recordsSizes = Arrays.copyOf(recordsSizes, size);
        }
    }
}
