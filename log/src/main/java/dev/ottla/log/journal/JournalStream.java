package dev.ottla.log.journal;

import dev.ottla.base.OttlaException;
import dev.ottla.base.TopicId;
import java.nio.ByteBuffer;

/** A partition's way into the journal. One caller at a time: the partition's writer lock. */
@SuppressWarnings("DoNotCallSuggester") // bodies follow
public final class JournalStream {
    private final Journal journal;

    JournalStream(Journal journal, TopicId topic, int partition, DurableListener listener) {
        this.journal = journal;
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
        throw new UnsupportedOperationException();
    }

    /** The LSN of the last entry; 0 when there was none yet. From any thread. */
    public long lastLsn() {
        throw new UnsupportedOperationException();
    }

    public Journal journal() {
        return journal;
    }
}
