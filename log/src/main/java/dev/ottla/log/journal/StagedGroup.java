package dev.ottla.log.journal;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Entries that will be written and forced together, and whom to tell. Built under the staging's lock, then the writer's own; reused. */
final class StagedGroup {
    private static final int FIRST_STREAMS = 64;

    private long id;
    private long firstLsn;
    private int entries;
    private long bodyBytes;
    private @Nullable StagingChunk firstChunk;
    private @Nullable StagingChunk lastChunk;

    private @Nullable JournalStream[] streams = new JournalStream[FIRST_STREAMS];
    private long[] endOffsets = new long[FIRST_STREAMS];
    private long[] lsns = new long[FIRST_STREAMS];
    private int streamCount;

    void begin(long newId, long lsn) {
        id = newId;
        firstLsn = lsn;
        entries = 0;
        bodyBytes = 0;
        firstChunk = null;
        lastChunk = null;
        Arrays.fill(streams, 0, streamCount, null);
        streamCount = 0;
    }

    /** The first chunk leaves room for the group's header, the following go on where the one before is full. */
    void add(StagingChunk chunk) {
        if (lastChunk == null) {
            chunk.beginAt(GroupHeader.BYTES);
            firstChunk = chunk;
        } else {
            lastChunk.next = chunk;
        }
        lastChunk = chunk;
    }

    void addEntry(JournalStream stream, long endOffset, int bytes) {
        long lsn = firstLsn + entries;
        entries++;
        bodyBytes += bytes;
        if (stream.groupId != id) {
            stream.groupId = id;
            stream.groupSlot = slotFor(stream);
        }
        endOffsets[stream.groupSlot] = endOffset;
        lsns[stream.groupSlot] = lsn;
    }

    private int slotFor(JournalStream stream) {
        if (streamCount == streams.length) {
            streams = Arrays.copyOf(streams, 2 * streamCount);
            endOffsets = Arrays.copyOf(endOffsets, 2 * streamCount);
            lsns = Arrays.copyOf(lsns, 2 * streamCount);
        }
        streams[streamCount] = stream;
        return streamCount++;
    }

    /** Room left in the last chunk for an entry to begin in. */
    int room() {
        return lastChunk == null ? 0 : lastChunk.room();
    }

    void awaitFilled() {
        for (StagingChunk chunk = firstChunk; chunk != null; chunk = chunk.next) {
            chunk.awaitFilled();
        }
    }

    StagingChunk firstChunk() {
        return chunk(firstChunk);
    }

    StagingChunk lastChunk() {
        return chunk(lastChunk);
    }

    private static StagingChunk chunk(@Nullable StagingChunk chunk) {
        if (chunk == null) {
            throw new IllegalStateException("A group without a chunk");
        }
        return chunk;
    }

    long firstLsn() {
        return firstLsn;
    }

    long lastLsn() {
        return firstLsn + entries - 1;
    }

    int entries() {
        return entries;
    }

    long bodyBytes() {
        return bodyBytes;
    }

    int streamCount() {
        return streamCount;
    }

    void tell(int index) {
        JournalStream stream = streams[index];
        if (stream != null) {
            stream.listener.durable(endOffsets[index], lsns[index]);
        }
    }
}
