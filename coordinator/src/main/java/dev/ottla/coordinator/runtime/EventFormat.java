package dev.ottla.coordinator.runtime;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Events as records of a compacted topic: the newest record of a key counts, a null value takes the key away.
 *
 * @param <E> the events
 */
public interface EventFormat<E> {
    StoredEvent encode(E event);

    /**
     * The event that a record stands for.
     *
     * @param kind of the record's batch: plain or pending
     * @return null for a record that means nothing to this coordinator, such as one of a newer version
     */
    @Nullable
    E decode(BatchKind kind, ByteBuffer key, @Nullable ByteBuffer value);
}
