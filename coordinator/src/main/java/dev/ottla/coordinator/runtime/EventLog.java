package dev.ottla.coordinator.runtime;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The partition that a core's events live in, as its leader sees it. */
public interface EventLog {
    /**
     * Appends events as one batch. Does not wait for it to be committed.
     *
     * @param timestampMs the records' time
     * @return the log's end behind them
     * @throws dev.ottla.base.OttlaException when they are not appended
     */
    long append(List<StoredEvent> events, long timestampMs);

    /** What is below is committed. */
    long committedOffset();

    /** The first offset that is not written. */
    long endOffset();

    /** Has somebody told, on any thread, whenever {@link #committedOffset} has moved or the partition is led otherwise; once. */
    void watch(Runnable onProgress);

    /** Tells nobody any more. */
    void unwatch();

    /**
     * Hands every record's key and value over, in order, up to the log's end. Blocks. The buffers are valid during the call.
     *
     * @throws IOException when the log cannot be read
     */
    void replay(BiConsumer<ByteBuffer, @Nullable ByteBuffer> reader) throws IOException;
}
