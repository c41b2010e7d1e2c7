package dev.ottla.coordinator.runtime;

import dev.ottla.base.ErrorCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The partition that a core's events live in, as its leader sees it. */
public interface EventLog {
    /** Whether a batch of this kind would be appended now: NONE, or why not, such as INVALID_PRODUCER_EPOCH. Asked before a core is touched. */
    ErrorCode refusal(BatchKind kind);

    /**
     * Appends events as one batch. Does not wait for it to be committed.
     *
     * @param events none for a {@link BatchKind.End}, else at least one
     * @param timestampMs the records' time
     * @return the log's end behind them
     * @throws dev.ottla.base.OttlaException when they are not appended
     */
    long append(BatchKind kind, List<StoredEvent> events, long timestampMs);

    /** What is below is committed. */
    long committedOffset();

    /** The first offset that is not written. */
    long endOffset();

    /** Has somebody told, on any thread, whenever {@link #committedOffset} has moved or the partition is led otherwise; once. */
    void watch(Runnable onProgress);

    /** Tells nobody any more. */
    void unwatch();

    /**
     * Hands everything over, in order, up to the log's end. Blocks.
     *
     * @throws IOException when the log cannot be read
     */
    void replay(Reader reader) throws IOException;

    /** Takes over what a log holds. */
    interface Reader {
        /**
         * A record's key and value; the buffers are valid during the call.
         *
         * @param kind of its batch: plain or pending
         */
        void record(BatchKind kind, ByteBuffer key, @Nullable ByteBuffer value);

        /** A producer's transaction ended here. */
        void end(long producerId, boolean commit);
    }
}
