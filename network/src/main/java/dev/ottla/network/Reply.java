package dev.ottla.network;

import dev.ottla.base.FileSlice;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The parts of one reply, sent one after another behind the size prefix, which the network adds. Buffers are sent from position to
 * limit; slices of files go out by {@code transferTo} and are closed once sent, or when the connection dies first.
 */
public final class Reply {
    private final List<Part> parts = new ArrayList<>(1);
    private long sizeBytes;

    /** A part: bytes in memory or in a file. */
    public sealed interface Part permits Bytes, Slice {}

    /** Bytes in memory, heap or direct; a pooled one goes back to its pool once written. */
    public record Bytes(ByteBuffer buffer) implements Part {}

    /** Bytes of a file. */
    public record Slice(FileSlice slice) implements Part {}

    public static Reply of(ByteBuffer buffer) {
        return new Reply().add(buffer);
    }

    public Reply add(ByteBuffer buffer) {
        parts.add(new Bytes(buffer));
        sizeBytes += buffer.remaining();
        return this;
    }

    public Reply add(FileSlice slice) {
        parts.add(new Slice(slice));
        sizeBytes += slice.sizeBytes();
        return this;
    }

    public List<Part> parts() {
        return parts;
    }

    /** Bytes in all, without the size prefix. */
    public long sizeBytes() {
        return sizeBytes;
    }
}
