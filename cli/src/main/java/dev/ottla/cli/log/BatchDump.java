package dev.ottla.cli.log;

import dev.ottla.base.Files;
import dev.ottla.cli.kit.Io;
import dev.ottla.cli.kit.Json;
import dev.ottla.log.inspect.BatchInfo;
import dev.ottla.log.inspect.BatchScan;
import dev.ottla.log.inspect.Damage;
import dev.ottla.log.inspect.LogFile;
import dev.ottla.log.inspect.RecordWalk;
import dev.ottla.record.RecordCursor;
import dev.ottla.record.RecordHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** Shows a .log file. */
final class BatchDump implements BatchScan.Visitor {
    private static final int MAX_HEADERS = 100;

    private final Path path;
    private final What what;
    private final boolean json;
    private final Io io;
    private final Rows rows;
    private long left;
    private @Nullable LogFile log;
    private @Nullable RecordWalk records;

    /** @param count at most so many batches, or records with {@code records} */
    record What(boolean records, long fromOffset, long count, BytesText text) {}

    /** There is enough. */
    private static final class Enough extends RuntimeException {
        Enough() {
            super(null, null, false, false);
        }
    }

    BatchDump(Path path, What what, boolean json, Io io) {
        this.path = path;
        this.what = what;
        this.json = json;
        this.io = io;
        this.left = what.count();
        this.rows = new Rows(
                io.out(),
                "FIRST",
                "LAST",
                "RECORDS",
                "POSITION",
                "BYTES",
                "EPOCH",
                "CODEC",
                "NEWEST",
                "PRODUCER",
                "KIND",
                "CRC");
    }

    void run() throws IOException {
        long base = Long.parseLong(String.valueOf(path.getFileName()).substring(0, 20));
        try (LogFile file = LogFile.open(Files.system(), path);
                RecordWalk walk = new RecordWalk()) {
            if (!json) {
                io.out().println(path + ", " + file.sizeBytes() + " bytes");
            }
            log = file;
            records = walk;
            new BatchScan(file, BatchScan.Bounds.from(base)).run(this);
        } catch (Enough enough) {
            // The rest is not asked for.
        } finally {
            rows.end();
        }
    }

    @Override
    public void batch(BatchInfo batch) throws IOException {
        if (batch.lastOffset() < what.fromOffset()) {
            return;
        }
        if (left <= 0) {
            throw new Enough();
        }
        if (json) {
            io.out().println(Json.line(json(batch)));
        } else {
            rows.row(
                    batch.baseOffset(),
                    batch.lastOffset(),
                    batch.count(),
                    batch.position(),
                    batch.sizeBytes(),
                    batch.leaderEpoch(),
                    batch.codec(),
                    Times.text(batch.maxTimestampMs()),
                    producer(batch),
                    kind(batch),
                    "%08x".formatted(batch.crc()));
        }
        if (what.records()) {
            records(batch);
        } else {
            left--;
        }
    }

    private void records(BatchInfo batch) throws IOException {
        if (log == null || records == null) {
            return;
        }
        rows.end();
        String problem = records.walk(log, batch, record -> record(batch, record));
        if (problem != null) {
            damaged(batch.position(), batch.endPosition(), batch.baseOffset(), batch.lastOffset(), problem);
        }
    }

    private void record(BatchInfo batch, RecordCursor record) {
        if (record.offset() < what.fromOffset()) {
            return;
        }
        if (left <= 0) {
            throw new Enough();
        }
        left--;
        BytesText text = what.text();
        if (json) {
            Json line = Json.object()
                    .with("type", "record")
                    .with("offset", record.offset())
                    .with("timestamp", record.timestampMs())
                    .with("bytes", record.sizeBytes());
            text.put(line, "key", record.key());
            text.put(line, "value", record.value());
            List<Json> headers = new ArrayList<>();
            for (RecordHeader header : headers(record)) {
                headers.add(text.put(Json.object().with("key", header.name()), "value", header.value()));
            }
            io.out().println(Json.line(line.with("headers", headers).with("control", marker(batch, record))));
            return;
        }
        var line = new StringJoiner(", ", "    ", "");
        line.add(record.offset() + " " + Times.text(record.timestampMs()));
        String marker = marker(batch, record);
        if (marker != null) {
            line.add(marker);
        } else {
            line.add("key " + text.line(record.key())).add("value " + text.line(record.value()));
        }
        for (RecordHeader header : headers(record)) {
            line.add("header " + header.name() + "=" + text.line(header.value()));
        }
        io.out().println(line);
    }

    private static List<RecordHeader> headers(RecordCursor record) {
        return record.headerCount() <= MAX_HEADERS ? record.headers() : List.of();
    }

    /** What a control record says; null for another record. */
    private static @Nullable String marker(BatchInfo batch, RecordCursor record) {
        ByteBuffer key = batch.isControl() ? record.key() : null;
        if (key == null || key.remaining() < 4) {
            return null;
        }
        return switch (key.getShort(key.position() + 2)) {
            case 0 -> "abort";
            case 1 -> "commit";
            default -> "control " + key.getShort(key.position() + 2);
        };
    }

    private static String producer(BatchInfo batch) {
        return batch.producerId() < 0
                ? "-"
                : batch.producerId() + " epoch " + batch.producerEpoch() + " seq " + batch.baseSequence();
    }

    private static String kind(BatchInfo batch) {
        var kind = new StringJoiner(" ");
        kind.setEmptyValue("-");
        if (batch.isTransactional()) {
            kind.add("transactional");
        }
        if (batch.isControl()) {
            kind.add("control");
        }
        if (batch.isLogAppendTime()) {
            kind.add("append-time");
        }
        if (batch.hasDeleteHorizon()) {
            kind.add("delete-horizon");
        }
        if (batch.count() == 0) {
            kind.add("empty");
        }
        return kind.toString();
    }

    private Json json(BatchInfo batch) {
        return Json.object()
                .with("type", "batch")
                .with("file", path)
                .with("position", batch.position())
                .with("bytes", batch.sizeBytes())
                .with("firstOffset", batch.baseOffset())
                .with("lastOffset", batch.lastOffset())
                .with("records", batch.count())
                .with("leaderEpoch", batch.leaderEpoch())
                .with("codec", batch.codec())
                .with("timestampType", batch.isLogAppendTime() ? "LogAppendTime" : "CreateTime")
                .with("baseTimestamp", batch.baseTimestampMs())
                .with("maxTimestamp", batch.maxTimestampMs())
                .with("producerId", batch.producerId())
                .with("producerEpoch", batch.producerEpoch())
                .with("baseSequence", batch.baseSequence())
                .with("transactional", batch.isTransactional())
                .with("control", batch.isControl())
                .with("deleteHorizon", batch.hasDeleteHorizon())
                .with("crc", Integer.toUnsignedLong(batch.crc()));
    }

    @Override
    public void damage(Damage damage) {
        boolean below = !damage.reachesTheEnd() && damage.lastOffset() < what.fromOffset();
        if (!below) {
            damaged(
                    damage.position(),
                    damage.endPosition(),
                    damage.firstOffset(),
                    damage.lastOffset(),
                    damage.problem());
        }
    }

    private void damaged(long position, long end, long first, long last, String problem) {
        rows.end();
        if (json) {
            io.out()
                    .println(Json.line(Json.object()
                            .with("type", "damage")
                            .with("file", path)
                            .with("position", position)
                            .with("endPosition", end)
                            .with("firstOffset", first)
                            .with("lastOffset", last < first ? null : last)
                            .with("problem", problem)));
        } else {
            io.out()
                    .println("  DAMAGED bytes %d to %d%s: %s"
                            .formatted(position, end - 1, LogVerify.offsets(first, last), problem));
        }
    }
}
