package dev.ottla.record;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A record's header (KIP-82). The value's bytes are those between position and limit; null is not the same as empty. */
public record RecordHeader(String name, @Nullable ByteBuffer value) {}
