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
    /** Larger requests are not searched for partitions named twice: no client sends them, and somebody could make the search slow. */
    private static final int MAX_CHECKED_PARTITIONS = 1 << 12;

    private static final int DROPPED = -2;
    private static final int SPREAD = 0x9E3779B9;

    /** Its places in three arrays. */
    private static final int ELEMENT_HEAP_BYTES = 3 * Integer.BYTES;

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

    /** A hash table of partitions, by topic and index: 0, or the flat number and one. */
    private int[] slots = {};

    private int[] slotTopics = {};

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
            int partitions = decode(in.on(body, isFlexible(version)), version, false);
            in.charge((long) ELEMENT_HEAP_BYTES * partitions);
            growPartitions(partitions);
            body.position(start);
            decode(in, version, true);
            partitionCount = partitions;
            dropDuplicates();
        } finally {
            body.position(start);
            in.done();
        }
    }

    /** Once to see that the bytes are a request and count its partitions, once to keep them: how many partitions there are. */
    private int decode(WireReader in, short version, boolean keep) {
        boolean flexible = isFlexible(version);
        transactionalId = in.nullableString();
        acks = in.int16();
        timeoutMs = in.int32();
        int topicFloorBytes = (usesTopicIds(version) ? 16 : flexible ? 1 : 2) + (flexible ? 2 : 4);
        topicCount = in.arrayLength(topicFloorBytes);
        if (keep) {
            in.charge((long) ELEMENT_HEAP_BYTES * topicCount);
            growTopics();
        }
        int partitions = 0;
        for (int topic = 0; topic < topicCount; topic++) {
            if (keep) {
                topicIds[topic] = usesTopicIds(version) ? in.topicId() : TopicId.ZERO;
                topicNames[topic] = usesTopicIds(version) ? "" : in.topicName();
            } else if (usesTopicIds(version)) {
                in.skip(16);
            } else {
                in.skipString();
            }
            partitions = readPartitions(in, flexible, partitions, keep);
            if (keep) {
                topicEnds[topic] = partitions;
            }
            in.skipTags();
        }
        in.skipTags();
        return partitions;
    }

    private int readPartitions(WireReader in, boolean flexible, int before, boolean keep) {
        int count = in.arrayLength(flexible ? 6 : 8);
        for (int flat = before; flat < before + count; flat++) {
            int index = in.int32();
            int size = in.bytesLength();
            if (keep) {
                indexes[flat] = index;
                recordsAt[flat] = in.position();
                recordsSizes[flat] = size;
            }
            in.skip(Math.max(size, 0));
            in.skipTags();
        }
        return before + count;
    }

    /** Of a partition named twice, Apache Kafka writes and answers the last. */
    private void dropDuplicates() {
        if (partitionCount < 2 || partitionCount > MAX_CHECKED_PARTITIONS) {
            return;
        }
        int mask = Integer.highestOneBit(partitionCount) * 4 - 1;
        if (slots.length <= mask) {
            slots = new int[mask + 1];
            slotTopics = new int[mask + 1];
        } else {
            Arrays.fill(slots, 0);
        }
        for (int topic = 0; topic < topicCount; topic++) {
            int topicHash = topicIds[topic].hashCode() * 31 + topicNames[topic].hashCode();
            for (int flat = firstPartition(topic); flat < endPartition(topic); flat++) {
                keepLast(topic, flat, ((SPREAD * (topicHash * 31 + indexes[flat])) >>> 16) & mask, mask);
            }
        }
    }

    private void keepLast(int topic, int flat, int from, int mask) {
        int slot = from;
        while (slots[slot] != 0) {
            int before = slots[slot] - 1;
            if (indexes[before] == indexes[flat] && sameTopic(slotTopics[slot], topic)) {
                recordsSizes[before] = DROPPED;
                break;
            }
            slot = (slot + 1) & mask;
        }
        slots[slot] = flat + 1;
        slotTopics[slot] = topic;
    }

    private boolean sameTopic(int one, int other) {
        return one == other || (topicIds[one].equals(topicIds[other]) && topicNames[one].equals(topicNames[other]));
    }

    /** Whether the partition is named again further on, and only that one counts. */
    boolean isDropped(int partition) {
        return recordsSizes[partition] == DROPPED;
    }

    /** How many partitions of a topic are answered. */
    int answeredPartitions(int topic) {
        int count = 0;
        for (int flat = firstPartition(topic); flat < endPartition(topic); flat++) {
            count += isDropped(flat) ? 0 : 1;
        }
        return count;
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
            indexes = new int[needed];
            recordsAt = new int[needed];
            recordsSizes = new int[needed];
        }
    }
}
