package dev.ottla.cli.records;

import dev.ottla.cli.kit.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/** What became of the records that were sent. Filled by the producer's thread, read by the command's. */
final class Delivery {
    /** Offsets are -1 with acks=0: the broker does not tell. */
    private record Span(long records, long firstOffset, long lastOffset) {}

    private final Map<Integer, Span> spans = new TreeMap<>();
    private long records;
    private @Nullable Exception failure;
    private long failedLine;

    synchronized void acknowledged(RecordMetadata where) {
        records++;
        long offset = where.hasOffset() ? where.offset() : -1;
        spans.merge(
                where.partition(),
                new Span(1, offset, offset),
                (before, one) -> new Span(
                        before.records() + 1,
                        Math.min(before.firstOffset(), offset),
                        Math.max(before.lastOffset(), offset)));
    }

    /** The first failure is the one to tell: the later ones follow from it. */
    synchronized void failed(Exception why, long line) {
        if (failure == null) {
            failure = why;
            failedLine = line;
        }
    }

    synchronized @Nullable Exception failure() {
        return failure;
    }

    synchronized long failedLine() {
        return failedLine;
    }

    synchronized long records() {
        return records;
    }

    /** As in `partition 0: offsets 3 to 7`. */
    synchronized List<String> lines() {
        var lines = new ArrayList<String>();
        spans.forEach((partition, span) -> lines.add(
                span.firstOffset() < 0
                        ? "partition %d: %d sent".formatted(partition, span.records())
                        : span.firstOffset() == span.lastOffset()
                                ? "partition %d: offset %d".formatted(partition, span.firstOffset())
                                : "partition %d: offsets %d to %d"
                                        .formatted(partition, span.firstOffset(), span.lastOffset())));
        return lines;
    }

    synchronized Json json(String topic) {
        var partitions = new ArrayList<Json>();
        spans.forEach((partition, span) -> partitions.add(Json.object()
                .with("partition", partition)
                .with("records", span.records())
                .with("firstOffset", span.firstOffset() < 0 ? null : span.firstOffset())
                .with("lastOffset", span.lastOffset() < 0 ? null : span.lastOffset())));
        return Json.object().with("topic", topic).with("records", records).with("partitions", partitions);
    }
}
