package dev.ottla.coordinator.runtime;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** An event's record; a null value takes the key away. */
public record StoredEvent(ByteBuffer key, @Nullable ByteBuffer value) {}
