package dev.ottla.log.journal;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Entries that wait to be written, in the order of their LSNs: a claim gives an entry its LSN and its place, under one short lock. It grows rather
 * than make anyone wait; callers look at {@link #bytes} and take less.
 */
final class Staging {
    /** A group is closed when the next entry would take it beyond this; a larger entry is a group of its own. */
    static final long MAX_GROUP_BYTES = 32L << 20;

    private static final int MAX_CHUNK_BYTES = 1 << 20;
    private static final int MIN_CHUNK_BYTES = Blocks.BYTES;
    private static final int CHUNKS_PER_LIMIT = 4;

    private final SpinLock lock = new SpinLock();
    private final int chunkBytes;
    private final int keptChunks;
    private final ArrayDeque<StagedGroup> full = new ArrayDeque<>();
    private final ArrayDeque<StagedGroup> unusedGroups = new ArrayDeque<>();
    private final AtomicLong bytes = new AtomicLong();

    private @Nullable StagedGroup open;
    private @Nullable StagingChunk free;
    private int freeCount;
    private long groups;
    private @Nullable String refusal;
    private volatile long lastLsn;

    Staging(int limitBytes) {
        this.chunkBytes = Math.clamp(limitBytes / CHUNKS_PER_LIMIT & -Blocks.BYTES, MIN_CHUNK_BYTES, MAX_CHUNK_BYTES);
        this.keptChunks = limitBytes / chunkBytes + 1;
    }

    void beginAfter(long lsn) {
        lastLsn = lsn;
    }

    long lastLsn() {
        return lastLsn;
    }

    /** Claimed and not yet released. */
    long bytes() {
        return bytes.getOpaque();
    }

    /** Takes no more entries; what is staged stays. */
    void refuse(String reason) {
        lock.lock();
        refusal = reason;
        lock.unlock();
    }

    void accept() {
        lock.lock();
        refusal = null;
        lock.unlock();
    }

    /** Gives an entry its LSN, and its place in the stream's claimedChunk and claimedPosition. */
    long claim(JournalStream stream, int entryBytes, long endOffset) {
        while (true) {
            lock.lock();
            try {
                if (refusal != null) {
                    throw new OttlaException(ErrorCode.KAFKA_STORAGE_ERROR, refusal);
                }
                if (reserve(stream, entryBytes)) {
                    return added(stream, entryBytes, endOffset);
                }
            } finally {
                lock.unlock();
            }
            addFree(new StagingChunk(chunkBytes));
        }
    }

    private boolean reserve(JournalStream stream, int entryBytes) {
        StagedGroup group = open;
        if (group != null && group.bodyBytes() + entryBytes > MAX_GROUP_BYTES) {
            full.add(group);
            open = null;
            group = null;
        }
        int room = group == null ? 0 : group.room();
        int header = group == null ? GroupHeader.BYTES : 0;
        int missing = (int) ((Math.max(0L, (long) header + entryBytes - room) + chunkBytes - 1) / chunkBytes);
        if (freeCount < missing) {
            return false;
        }
        if (group == null) {
            group = unusedGroups.isEmpty() ? new StagedGroup() : unusedGroups.poll();
            group.begin(++groups, lastLsn + 1);
            open = group;
        }
        if (room == 0) {
            group.add(takeFree());
        }
        stream.claimedChunk = group.lastChunk();
        stream.claimedPosition = group.lastChunk().end;
        extend(group, entryBytes);
        return true;
    }

    private void extend(StagedGroup group, int entryBytes) {
        int left = entryBytes;
        while (true) {
            StagingChunk last = group.lastChunk();
            int part = Math.min(left, last.room());
            last.end += part;
            left -= part;
            if (left == 0) {
                return;
            }
            group.add(takeFree());
        }
    }

    private long added(JournalStream stream, int entryBytes, long endOffset) {
        StagedGroup group = open;
        if (group == null) {
            throw new IllegalStateException("No group after a claim");
        }
        group.addEntry(stream, endOffset, entryBytes);
        bytes.setOpaque(bytes.getPlain() + entryBytes);
        long lsn = group.lastLsn();
        lastLsn = lsn;
        return lsn;
    }

    private StagingChunk takeFree() {
        StagingChunk chunk = free;
        if (chunk == null) {
            throw new IllegalStateException("The free chunks were miscounted");
        }
        free = chunk.next;
        chunk.next = null;
        freeCount--;
        return chunk;
    }

    private void addFree(StagingChunk chunk) {
        lock.lock();
        chunk.next = free;
        free = chunk;
        freeCount++;
        lock.unlock();
    }

    /** The oldest group, which takes no more entries; its copies may still be under way. Null when nothing is staged. */
    @Nullable
    StagedGroup drain() {
        lock.lock();
        StagedGroup group = full.poll();
        if (group == null) {
            group = open;
            open = null;
        }
        lock.unlock();
        return group;
    }

    /** Takes a written group's memory back. */
    void release(StagedGroup group) {
        lock.lock();
        bytes.setOpaque(bytes.getPlain() - group.bodyBytes());
        StagingChunk chunk = group.firstChunk();
        while (chunk != null) {
            StagingChunk following = chunk.next;
            chunk.reset();
            if (freeCount < keptChunks) {
                chunk.next = free;
                free = chunk;
                freeCount++;
            }
            chunk = following;
        }
        group.begin(0, 0);
        unusedGroups.add(group);
        lock.unlock();
    }
}
