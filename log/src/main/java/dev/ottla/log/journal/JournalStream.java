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

    /** Where the caller's last claim begins. */
    @Nullable
    StagingChunk claimedChunk;

    int claimedPosition;

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
        StagingChunk chunk = claimedChunk;
        if (chunk == null) {
            throw new IllegalStateException("A claim without a chunk");
        }
        int at = claimedPosition;
        claimedChunk = null;
        EntryFormat.put(chunk.buffer, at, kind, topic, partition, offset, payloadBytes);
        at += EntryFormat.HEADER_BYTES;
        int copied = Math.min(payloadBytes, chunk.dataLimit - at);
        StagingChunk following = chunk.next;
        chunk.buffer.put(at, payload, payload.position(), copied);
        chunk.filled(EntryFormat.HEADER_BYTES + copied);
        while (copied < payloadBytes && following != null) {
            StagingChunk part = following;
            following = part.next;
            int bytes = Math.min(payloadBytes - copied, part.dataLimit - GroupHeader.BYTES);
            part.buffer.put(GroupHeader.BYTES, payload, payload.position() + copied, bytes);
            part.filled(bytes);
            copied += bytes;
        }
        journal.staged(lsn);
        return lsn;
    }

    /** The LSN of the last entry; 0 when there was none yet. From any thread. */
    public long lastLsn() {
        return lastLsn;
    }

    public Journal journal() {
        return journal;
    }
}
