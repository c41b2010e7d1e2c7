package dev.ottla.log.journal;

import dev.ottla.base.OttlaException;
import dev.ottla.base.TopicId;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A partition's way into the journal. One caller at a time: the partition's writer lock. */
public final class JournalStream {
    final DurableListener listener;

    /** The group that last took an entry, and this stream's place in it; under the staging's lock. */
    long groupId;

    int groupSlot;

    /** Where the caller's last claim goes on: first its beginning. */
    @Nullable
    StagingChunk claimedChunk;

    int claimedPosition;

    /** For an entry whose own header lies over the end of a chunk. */
    private @Nullable ByteBuffer splitHeader;

    private final Journal journal;
    private final TopicId topic;
    private final int partition;
    private volatile long lastLsn;

    JournalStream(Journal journal, TopicId topic, int partition, DurableListener listener) {
        this.journal = journal;
        this.topic = topic;
        this.partition = partition;
        this.listener = listener;
    }

    /**
     * Stages an entry: never blocks, does no I/O, and copies the payload, whose position stays. The listener is told when it is durable.
     *
     * @param endOffset what the listener is told; for an APPEND the offset after the batch
     * @param payload from its position to its limit; empty for all but APPEND
     * @return the entry's LSN
     * @throws OttlaException KAFKA_STORAGE_ERROR when the journal has failed or is closed
     */
    public long append(EntryKind kind, long offset, long endOffset, ByteBuffer payload) {
        int payloadBytes = payload.remaining();
        long lsn = journal.staging().claim(this, Math.addExact(EntryFormat.HEADER_BYTES, payloadBytes), endOffset);
        lastLsn = lsn;
        putHeader(kind, offset, payloadBytes);
        copy(payload, payload.position(), payloadBytes);
        claimedChunk = null;
        journal.staged(lsn);
        return lsn;
    }

    private void putHeader(EntryKind kind, long offset, int payloadBytes) {
        StagingChunk chunk = claimed();
        if (chunk.buffer.capacity() - claimedPosition >= EntryFormat.HEADER_BYTES) {
            EntryFormat.put(chunk.buffer, claimedPosition, kind, topic, partition, offset, payloadBytes);
            claimedPosition += EntryFormat.HEADER_BYTES;
            chunk.filled(EntryFormat.HEADER_BYTES);
            return;
        }
        ByteBuffer header = splitHeader;
        if (header == null) {
            header = ByteBuffer.allocate(EntryFormat.HEADER_BYTES);
            splitHeader = header;
        }
        EntryFormat.put(header, 0, kind, topic, partition, offset, payloadBytes);
        copy(header, 0, EntryFormat.HEADER_BYTES);
    }

    /** Fills what was claimed on, over the ends of chunks. A chunk is the group's until the last byte claimed is filled, and not to be touched then. */
    private void copy(ByteBuffer source, int from, int bytes) {
        int copied = 0;
        while (copied < bytes) {
            if (claimedPosition == claimed().buffer.capacity()) {
                claimedChunk = claimed().next;
                claimedPosition = 0;
            }
            StagingChunk chunk = claimed();
            int part = Math.min(bytes - copied, chunk.buffer.capacity() - claimedPosition);
            chunk.buffer.put(claimedPosition, source, from + copied, part);
            claimedPosition += part;
            copied += part;
            chunk.filled(part);
        }
    }

    private StagingChunk claimed() {
        StagingChunk chunk = claimedChunk;
        if (chunk == null) {
            throw new IllegalStateException("A claim without a chunk");
        }
        return chunk;
    }

    /** The LSN of the last entry; 0 when there was none yet. From any thread. */
    public long lastLsn() {
        return lastLsn;
    }

    public Journal journal() {
        return journal;
    }
}
