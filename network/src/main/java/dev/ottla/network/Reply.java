package dev.ottla.network;

import dev.ottla.base.FileSlice;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parts of one reply, sent one after another behind the size prefix, which the network adds. Buffers are sent from position to
 * limit, and their position moves meanwhile, so bytes that several replies share need a duplicate for each; slices of files are closed once sent,
 * or when the connection dies first.
 */
public final class Reply {
    private static final Logger LOG = LoggerFactory.getLogger(Reply.class);
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

    /** Closes the slices among the parts from {@code firstPart} on. */
    void closeSlices(int firstPart) {
        for (int i = firstPart; i < parts.size(); i++) {
            if (parts.get(i) instanceof Slice(FileSlice slice)) {
                close(slice);
            }
        }
    }

    /** One that cannot be closed does not keep others open, nor is it closed again. */
    static void close(FileSlice slice) {
        try {
            slice.close();
        } catch (RuntimeException failure) {
            LOG.error("A file slice could not be closed", failure);
        }
    }

    /** Bytes in all, without the size prefix. */
    public long sizeBytes() {
        return sizeBytes;
    }
}
