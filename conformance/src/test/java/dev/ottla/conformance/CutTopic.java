package dev.ottla.conformance;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;

/**
 * What clients were told of a topic, in one life of its name: from its creation to its deletion. Any thread.
 *
 * <pre>
 * CREATING ──► LIVE ──► DELETING ──► GONE
 *     └─ after a cut: LIVE or GONE    │
 *              LIVE or GONE ◄─────────┘ after a cut
 * </pre>
 */
final class CutTopic {
    /** CREATING and DELETING: asked for and not answered yet. */
    enum Stage {
        CREATING,
        LIVE,
        DELETING,
        GONE
    }

    private static final AtomicInteger LIVES = new AtomicInteger();

    private final String name;
    private final int life = LIVES.incrementAndGet();
    private final boolean retains;
    private final boolean compacted;
    private final List<Told> partitions;
    private final AtomicInteger setting = new AtomicInteger();
    private volatile int settingAsked;
    private volatile Stage stage = Stage.CREATING;
    private volatile Uuid id = Uuid.ZERO_UUID;

    /** What clients were told of a partition. */
    static final class Told {
        /** Offset to value, for what was acknowledged. */
        final Map<Long, String> acked = new ConcurrentHashMap<>();
        /** Offset to value, for what a consumer has seen. */
        final Map<Long, String> read = new ConcurrentHashMap<>();
        /** The log start that was acknowledged or seen: it may not go back. */
        final AtomicLong start = new AtomicLong();
        /** The highest log start that was asked for. */
        final AtomicLong startAsked = new AtomicLong();
        /** The highest offset that was acknowledged; -1 when none was. */
        final AtomicLong highestAcked = new AtomicLong(-1);
        /** Kept by retention: at least so many bytes of values remain, when there ever were so many. */
        volatile long keepsBytes = Long.MAX_VALUE;
        /** Compacted: key to the number of the last tombstone that was sent for it. */
        final Map<String, Long> tombstonesSent = new ConcurrentHashMap<>();
        /** Compacted: below this, what the last check has not found is gone for good. */
        volatile long checkedEnd;
        /** Compacted: records that clients were told of and checks have not found any more. */
        final LongAdder compactedAway = new LongAdder();

        void ack(long offset, String head) {
            acked.put(offset, head);
            raise(highestAcked, offset);
        }

        static void raise(AtomicLong start, long to) {
            start.accumulateAndGet(to, Math::max);
        }
    }

    CutTopic(String name, int partitions, long keepsBytes) {
        this(name, partitions, keepsBytes, false);
    }

    /**
     * @param keepsBytes what size-based retention leaves at least; Long.MAX_VALUE when there is none
     * @param compacted whether older records of a key may go; then each key has one sender, whose numbers grow
     */
    CutTopic(String name, int partitions, long keepsBytes, boolean compacted) {
        this.name = name;
        this.compacted = compacted;
        this.retains = keepsBytes != Long.MAX_VALUE;
        this.partitions = Stream.generate(Told::new).limit(partitions).toList();
        this.partitions.forEach(told -> told.keepsBytes = keepsBytes);
    }

    String name() {
        return name;
    }

    /** A number that no other life has; it stands in every value. */
    int life() {
        return life;
    }

    boolean retains() {
        return retains;
    }

    boolean compacted() {
        return compacted;
    }

    int partitionCount() {
        return partitions.size();
    }

    Told told(int partition) {
        return partitions.get(partition);
    }

    Stage stage() {
        return stage;
    }

    /** Zero until its creation was acknowledged. */
    Uuid id() {
        return id;
    }

    void created(Uuid topicId) {
        id = topicId;
        stage = Stage.LIVE;
    }

    void deleting() {
        stage = Stage.DELETING;
    }

    void gone() {
        stage = Stage.GONE;
    }

    /** After a restart: what was in doubt is settled. */
    void settle(Uuid found, int settingFound) {
        created(found);
        setting.set(settingFound);
        settingAsked = settingFound;
    }

    /** The value of the setting that tests change, as acknowledged; 0 before the first change. */
    int setting() {
        return setting.get();
    }

    /** The value that was asked for last. */
    int settingAsked() {
        return settingAsked;
    }

    void askSetting(int value) {
        settingAsked = value;
    }

    void ackSetting(int value) {
        setting.set(value);
    }

    @Override
    public String toString() {
        return name + " (life " + life + ", " + stage + ")";
    }
}
