package dev.ottla.broker.data;

import dev.ottla.base.RandomSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of all fetchers, a bounded number. When there is no room for one more (KIP-227):
 *
 * <ol>
 *   <li>the one unused for longest makes way if that is over two minutes ago;
 *   <li>else, for a follower, the smallest session of a consumer;
 *   <li>else the smallest of those over two minutes old, if it is smaller than the newcomer; a consumer never pushes a follower out;
 *   <li>else the newcomer gets none and asks for everything each time.
 * </ol>
 */
final class FetchSessions {
    /** Kafka's age of a session before it may be pushed out. */
    static final long EVICTION_MS = 120_000;
    /** Partitions that all sessions remember together; a session that would go beyond is not made, or ended. */
    static final int MAX_PARTITIONS = 1_000_000;

    static final int NO_SESSION = 0;

    private final int slots;
    private final int maxPartitions;
    private final RandomSource random;
    /** The one unused for longest comes first. */
    private final LinkedHashMap<Integer, FetchSession> sessions = new LinkedHashMap<>();

    private long partitionCount;
    private long evictions;

    /** @param slots max.incremental.fetch.session.cache.slots */
    FetchSessions(int slots, RandomSource random) {
        this(slots, MAX_PARTITIONS, random);
    }

    FetchSessions(int slots, int maxPartitions, RandomSource random) {
        this.slots = slots;
        this.maxPartitions = maxPartitions;
        this.random = random;
    }

    synchronized @Nullable FetchSession get(int id) {
        return sessions.get(id);
    }

    /**
     * Makes a session that remembers what was asked and told.
     *
     * @param privileged for a follower
     * @return its id; {@link #NO_SESSION} when there is no room
     */
    synchronized int create(long nowMs, boolean privileged, boolean usesTopicIds, List<FetchPartition> asked) {
        int size = asked.size();
        if (slots <= 0 || (sessions.size() >= slots && !evictFor(privileged, size, nowMs))) {
            return NO_SESSION;
        }
        if (partitionCount + size > maxPartitions) {
            return NO_SESSION;
        }
        FetchSession session = new FetchSession(newId(), privileged, usesTopicIds, nowMs, asked);
        sessions.put(session.id(), session);
        partitionCount += session.countedPartitions();
        return session.id();
    }

    /** Notes that a session was used and how large it is now; false when it had to be ended for its size. */
    synchronized boolean touch(FetchSession session, long nowMs) {
        if (sessions.get(session.id()) != session) {
            return true;
        }
        int size = session.size();
        partitionCount += size - session.countedPartitions();
        session.used(nowMs, size);
        sessions.putLast(session.id(), session);
        if (partitionCount > maxPartitions) {
            remove(session.id());
            return false;
        }
        return true;
    }

    synchronized void remove(int id) {
        FetchSession gone = sessions.remove(id);
        if (gone != null) {
            partitionCount -= gone.countedPartitions();
        }
    }

    /** How many there are. */
    synchronized int size() {
        return sessions.size();
    }

    /** How many partitions they remember together. */
    synchronized long partitionCount() {
        return partitionCount;
    }

    /** How many were pushed out since the start. */
    synchronized long evictions() {
        return evictions;
    }

    private boolean evictFor(boolean privileged, int newSize, long nowMs) {
        Map.Entry<Integer, FetchSession> oldest = sessions.firstEntry();
        FetchSession victim = oldest != null && nowMs - oldest.getValue().lastUsedMs() > EVICTION_MS
                ? oldest.getValue()
                : leastValuable(privileged, newSize);
        if (victim == null) {
            return false;
        }
        remove(victim.id());
        evictions++;
        return true;
    }

    /** Of the sessions that this newcomer may push out the one worth least, if that is less than the newcomer. */
    private @Nullable FetchSession leastValuable(boolean privileged, int newSize) {
        FetchSession least = null;
        for (FetchSession session : sessions.values()) {
            boolean old = session.lastUsedMs() - session.createdMs() > EVICTION_MS;
            boolean mayGo = old || (privileged && !session.privileged());
            if (mayGo && (least == null || isWorthLess(session, least.privileged(), least.countedPartitions()))) {
                least = session;
            }
        }
        return least != null && isWorthLess(least, privileged, newSize) ? least : null;
    }

    private static boolean isWorthLess(FetchSession session, boolean thanPrivileged, int thanSize) {
        return session.privileged() == thanPrivileged ? session.countedPartitions() < thanSize : thanPrivileged;
    }

    private int newId() {
        while (true) {
            int id = (int) (random.nextLong() >>> 33);
            if (id != NO_SESSION && !sessions.containsKey(id)) {
                return id;
            }
        }
    }
}
