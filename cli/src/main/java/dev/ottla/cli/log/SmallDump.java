package dev.ottla.cli.log;

import dev.ottla.base.Files;
import dev.ottla.cli.kit.Io;
import dev.ottla.cli.kit.Json;
import dev.ottla.log.checkpoint.LeaderEpochs;
import dev.ottla.log.checkpoint.OffsetCheckpoint;
import dev.ottla.log.checkpoint.PartitionMetadata;
import dev.ottla.log.inspect.FileKind;
import dev.ottla.log.inspect.SmallFiles;
import dev.ottla.log.inspect.SnapshotEntry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.TreeMap;

/** Shows snapshots, epochs, metadata and checkpoints. One that is damaged is said to be, and the next is shown. */
final class SmallDump {
    private SmallDump() {}

    static void dump(Path file, boolean json, Io io) throws IOException {
        try {
            if (!json) {
                io.out().println(file);
            }
            show(file, FileKind.of(file), json, io);
        } catch (NoSuchFileException removed) {
            throw removed;
        } catch (IOException damaged) {
            if (json) {
                io.out()
                        .println(Json.line(Json.object()
                                .with("type", "damage")
                                .with("file", file)
                                .with("problem", damaged.getMessage())));
            } else {
                io.out().println("  DAMAGED: " + damaged.getMessage());
            }
        }
    }

    private static void show(Path file, FileKind kind, boolean json, Io io) throws IOException {
        if (kind == FileKind.SNAPSHOT) {
            snapshot(file, json, io);
            return;
        }
        byte[] content = SmallFiles.bytes(Files.system(), file);
        if (kind == FileKind.EPOCHS) {
            epochs(file, LeaderEpochs.decode(content), json, io);
        } else if (kind == FileKind.PARTITION_METADATA) {
            String id = PartitionMetadata.decode(content).toString();
            io.out()
                    .println(
                            json
                                    ? Json.line(Json.object()
                                            .with("type", "partitionMetadata")
                                            .with("file", file)
                                            .with("topicId", id))
                                    : "  topic id " + id);
        } else {
            checkpoint(file, new String(content, StandardCharsets.UTF_8), json, io);
        }
    }

    private static void snapshot(Path file, boolean json, Io io) throws IOException {
        var rows = new Rows(
                io.out(),
                "PRODUCER",
                "EPOCH",
                "LAST SEQUENCE",
                "LAST OFFSET",
                "OFFSET DELTA",
                "TIME",
                "COORDINATOR EPOCH",
                "TRANSACTION FROM");
        for (SnapshotEntry entry : SnapshotEntry.read(Files.system(), file)) {
            if (json) {
                io.out()
                        .println(Json.line(Json.object()
                                .with("type", "producer")
                                .with("file", file)
                                .with("producerId", entry.producerId())
                                .with("producerEpoch", entry.epoch())
                                .with("lastSequence", entry.lastSequence())
                                .with("lastOffset", entry.lastOffset())
                                .with("offsetDelta", entry.offsetDelta())
                                .with("timestamp", entry.timestampMs())
                                .with("coordinatorEpoch", entry.coordinatorEpoch())
                                .with("transactionFirstOffset", entry.transactionFirstOffset())));
            } else {
                rows.row(
                        entry.producerId(),
                        entry.epoch(),
                        entry.lastSequence(),
                        entry.lastOffset(),
                        entry.offsetDelta(),
                        Times.text(entry.timestampMs()),
                        entry.coordinatorEpoch(),
                        entry.transactionFirstOffset());
            }
        }
        rows.end();
    }

    private static void epochs(Path file, LeaderEpochs epochs, boolean json, Io io) {
        var rows = new Rows(io.out(), "EPOCH", "START OFFSET");
        for (int i = 0; i < epochs.size(); i++) {
            if (json) {
                io.out()
                        .println(Json.line(Json.object()
                                .with("type", "leaderEpoch")
                                .with("file", file)
                                .with("epoch", epochs.epoch(i))
                                .with("startOffset", epochs.start(i))));
            } else {
                rows.row(epochs.epoch(i), epochs.start(i));
            }
        }
        rows.end();
    }

    private static void checkpoint(Path file, String text, boolean json, Io io) throws IOException {
        var rows = new Rows(io.out(), "PARTITION", "OFFSET");
        new TreeMap<>(OffsetCheckpoint.decode(text)).forEach((partition, offset) -> {
            if (json) {
                io.out()
                        .println(Json.line(Json.object()
                                .with("type", "checkpoint")
                                .with("file", file)
                                .with("partition", partition)
                                .with("offset", offset)));
            } else {
                rows.row(partition, offset);
            }
        });
        rows.end();
    }
}
