package dev.ottla.conformance;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;

/** Record batches as lines: every header field, every record, and how many bytes a cut-off last batch has. */
final class RecordsText {
    private RecordsText() {}

    static List<String> lines(ByteBuffer bytes, Labels labels) {
        List<String> lines = new ArrayList<>();
        MemoryRecords records = MemoryRecords.readableRecords(bytes);
        for (MutableRecordBatch batch : records.batches()) {
            // Markers are the broker's own.
            boolean stamped = batch.timestampType() == TimestampType.LOG_APPEND_TIME || batch.isControlBatch();
            String maxTimestamp = stamped ? "<time>" : Long.toString(batch.maxTimestamp());
            String producer =
                    batch.producerId() < 0 ? "-1" : labels.of("producerId", Long.toString(batch.producerId()));
            lines.add(
                    ("batch %d..%d count=%s magic=%s crc=%s epoch=%d codec=%s time=%s maxTime=%s producer=%s/%s seq=%d..%d"
                                    + " transactional=%s control=%s size=%d")
                            .formatted(
                                    batch.baseOffset(),
                                    batch.lastOffset(),
                                    batch.countOrNull(),
                                    batch.magic(),
                                    batch.isValid() ? "ok" : "WRONG",
                                    batch.partitionLeaderEpoch(),
                                    batch.compressionType().name,
                                    batch.timestampType().name,
                                    maxTimestamp,
                                    producer,
                                    batch.producerEpoch(),
                                    batch.baseSequence(),
                                    batch.lastSequence(),
                                    batch.isTransactional(),
                                    batch.isControlBatch(),
                                    batch.sizeInBytes()));
            for (Record r : batch) {
                lines.add("  %d time=%s key=%s value=%s%s"
                        .formatted(
                                r.offset(),
                                stamped ? "<time>" : Long.toString(r.timestamp()),
                                text(r.key()),
                                text(r.value()),
                                headers(r.headers())));
            }
        }
        int left = bytes.remaining() - records.validBytes();
        if (left > 0) {
            lines.add("and " + left + " bytes of a batch that is cut off");
        }
        return lines;
    }

    private static String headers(Header[] headers) {
        if (headers.length == 0) {
            return "";
        }
        return " headers="
                + Arrays.stream(headers)
                        .map(h -> h.key() + "=" + (h.value() == null ? "null" : text(ByteBuffer.wrap(h.value()))))
                        .toList();
    }

    private static String text(ByteBuffer bytes) {
        if (bytes == null) {
            return "null";
        }
        String text =
                StandardCharsets.UTF_8.decode(bytes.duplicate()).toString().replace('\0', '.');
        return text.length() <= 40 ? text : text.substring(0, 20) + "...(" + bytes.remaining() + " bytes)";
    }
}
