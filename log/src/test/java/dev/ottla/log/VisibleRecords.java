package dev.ottla.log;

import dev.ottla.record.BatchHeader;
import dev.ottla.record.Compression;
import dev.ottla.record.RecordCursor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The records of a log as a client with isolation level read_committed gets them, those of open transactions too. */
final class VisibleRecords {
    private VisibleRecords() {}

    record Entry(
            long offset,
            long timestampMs,
            @Nullable String key,
            @Nullable String value) {}

    static List<Entry> of(PartitionLog log) throws IOException {
        List<AbortedTransaction> aborted = new ArrayList<>(log.producers().aborted(log.startOffset(), log.endOffset()));
        Set<Long> discarded = new HashSet<>();
        List<Entry> visible = new ArrayList<>();
        try (Compression compression = new Compression()) {
            for (ByteBuffer batch : TestFolder.readAll(log, log.startOffset(), 700)) {
                long last = BatchHeader.lastOffset(batch, 0);
                while (!aborted.isEmpty() && aborted.getFirst().firstOffset() <= last) {
                    discarded.add(aborted.removeFirst().producerId());
                }
                if (BatchHeader.isControl(batch, 0)) {
                    discarded.remove(BatchHeader.producerId(batch, 0));
                } else if (!BatchHeader.isTransactional(batch, 0)
                        || !discarded.contains(BatchHeader.producerId(batch, 0))) {
                    visible.addAll(of(batch, compression, log.startOffset()));
                }
            }
        }
        return visible;
    }

    static List<Entry> of(ByteBuffer batch, Compression compression, long from) {
        List<Entry> entries = new ArrayList<>();
        RecordCursor records = new RecordCursor();
        records.open(batch, 0, compression);
        while (records.next()) {
            if (records.offset() >= from) {
                entries.add(
                        new Entry(records.offset(), records.timestampMs(), text(records.key()), text(records.value())));
            }
        }
        return entries;
    }

    private static @Nullable String text(@Nullable ByteBuffer bytes) {
        return bytes == null
                ? null
                : StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
    }
}
