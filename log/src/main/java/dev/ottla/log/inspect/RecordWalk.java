package dev.ottla.log.inspect;

import dev.ottla.base.OttlaException;
import dev.ottla.record.Compression;
import dev.ottla.record.RecordCursor;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the records of whole batches. One batch at a time is in memory, decompressed up to what a broker takes
 * ({@link dev.ottla.record.RecordLimits#MAX_DECOMPRESSED_BYTES}). Holds native memory: one instance for one thread.
 */
public final class RecordWalk implements Closeable {
    /** Larger batches are not looked into; a broker takes none by default, Kafka's socket.request.max.bytes is this. */
    public static final int MAX_BATCH_BYTES = 100 << 20;

    private static final int KEPT_BYTES = 4 << 20;

    private final Compression compression = new Compression();
    private final RecordCursor cursor = new RecordCursor();
    private ByteBuffer buffer = ByteBuffer.allocate(0);

    /** What is told of each record; the cursor's views are good during the call. */
    public interface Visitor {
        void record(RecordCursor record) throws IOException;
    }

    /**
     * Walks the records of a batch whose checksum is right.
     *
     * @return what is wrong with them; null when nothing is
     */
    public @Nullable String walk(LogFile file, BatchInfo batch, Visitor visitor) throws IOException {
        if (batch.sizeBytes() > MAX_BATCH_BYTES) {
            return "a batch of " + batch.sizeBytes() + " bytes is too large to look into";
        }
        if (batch.count() < 0) {
            return "a batch says that it has " + batch.count() + " records";
        }
        try {
            cursor.open(load(file, batch), 0, compression);
            return walk(batch, visitor);
        } catch (OttlaException malformed) {
            return "a record cannot be decoded: " + malformed.getMessage();
        } finally {
            cursor.close();
            if (buffer.capacity() > KEPT_BYTES) {
                buffer = ByteBuffer.allocate(0);
            }
        }
    }

    private @Nullable String walk(BatchInfo batch, Visitor visitor) throws IOException {
        int before = -1;
        while (cursor.next()) {
            if (cursor.offsetDelta() <= before || cursor.offsetDelta() > batch.lastOffsetDelta()) {
                return "record " + cursor.index() + " of a batch has offset delta " + cursor.offsetDelta() + " after "
                        + before + ", the batch's last is " + batch.lastOffsetDelta();
            }
            before = cursor.offsetDelta();
            visitor.record(cursor);
        }
        return null;
    }

    /** The batch's bytes in a buffer that is used again for the next. */
    public ByteBuffer load(LogFile file, BatchInfo batch) throws IOException {
        if (buffer.capacity() < batch.sizeBytes()) {
            buffer = ByteBuffer.allocate(batch.sizeBytes());
        }
        buffer.clear().limit(batch.sizeBytes());
        file.read(buffer, batch.position());
        return buffer.flip();
    }

    @Override
    public void close() {
        compression.close();
    }
}
