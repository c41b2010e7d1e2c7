package dev.ottla.log.inspect;

import dev.ottla.base.Files;
import dev.ottla.log.producer.ProducerSnapshot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One entry of a producer snapshot, as it stands in the file: a producer has one for each batch that is remembered of it.
 *
 * @param lastSequence -1 when no batch is remembered
 * @param transactionFirstOffset -1 without an open transaction
 */
public record SnapshotEntry(
        long producerId,
        short epoch,
        int lastSequence,
        long lastOffset,
        int offsetDelta,
        long timestampMs,
        int coordinatorEpoch,
        long transactionFirstOffset) {
    private static final int ENTRIES_AT = 10;

    /** @throws IOException when the file is damaged, or of another version */
    public static List<SnapshotEntry> read(Files files, Path path) throws IOException {
        byte[] content = SmallFiles.bytes(files, path);
        ProducerSnapshot.decode(content, 0, Long.MAX_VALUE);
        ByteBuffer in = ByteBuffer.wrap(content).position(ENTRIES_AT);
        List<SnapshotEntry> entries = new ArrayList<>();
        while (in.hasRemaining()) {
            entries.add(new SnapshotEntry(
                    in.getLong(),
                    in.getShort(),
                    in.getInt(),
                    in.getLong(),
                    in.getInt(),
                    in.getLong(),
                    in.getInt(),
                    in.getLong()));
        }
        return entries;
    }
}
