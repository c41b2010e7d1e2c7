package dev.ottla.cli.log;

import dev.ottla.base.Files;
import dev.ottla.cli.kit.Io;
import dev.ottla.cli.kit.Json;
import dev.ottla.log.inspect.EntryFile;
import dev.ottla.log.inspect.EntryFile.AbortedEntry;
import dev.ottla.log.inspect.EntryFile.OffsetEntry;
import dev.ottla.log.inspect.EntryFile.TimeEntry;
import dev.ottla.log.inspect.FileKind;
import java.io.IOException;
import java.nio.file.Path;

/** Shows .index, .timeindex and .txnindex files; offsets are the log's, not relative to the file's. */
final class IndexDump {
    private IndexDump() {}

    static void dump(Path file, boolean json, Io io) throws IOException {
        long base = Long.parseLong(String.valueOf(file.getFileName()).substring(0, 20));
        if (FileKind.of(file) == FileKind.INDEX) {
            offsets(file, base, json, io);
        } else if (FileKind.of(file) == FileKind.TIME_INDEX) {
            times(file, base, json, io);
        } else {
            aborted(file, json, io);
        }
    }

    private static void heading(EntryFile<?> entries, boolean json, Io io) {
        if (!json) {
            io.out().println(entries.path() + ", " + entries.count() + " entries");
        }
    }

    private static void leftOver(EntryFile<?> entries, Io io) {
        if (entries.bytesLeftOver() > 0) {
            io.err().println(entries.path() + ": " + entries.bytesLeftOver() + " bytes after the last whole entry.");
        }
    }

    private static void offsets(Path file, long base, boolean json, Io io) throws IOException {
        try (var entries = EntryFile.offsets(Files.system(), file)) {
            heading(entries, json, io);
            var rows = new Rows(io.out(), "ENTRY", "OFFSET", "POSITION");
            for (OffsetEntry entry = entries.next(); entry != null; entry = entries.next()) {
                long offset = base + entry.relativeOffset();
                if (json) {
                    io.out()
                            .println(Json.line(Json.object()
                                    .with("type", "indexEntry")
                                    .with("file", file)
                                    .with("offset", offset)
                                    .with("position", entry.position())));
                } else {
                    rows.row(entry.index(), offset, entry.position());
                }
            }
            rows.end();
            leftOver(entries, io);
        }
    }

    private static void times(Path file, long base, boolean json, Io io) throws IOException {
        try (var entries = EntryFile.times(Files.system(), file)) {
            heading(entries, json, io);
            var rows = new Rows(io.out(), "ENTRY", "TIMESTAMP", "TIME", "OFFSET");
            for (TimeEntry entry = entries.next(); entry != null; entry = entries.next()) {
                long offset = base + entry.relativeOffset();
                if (json) {
                    io.out()
                            .println(Json.line(Json.object()
                                    .with("type", "timeIndexEntry")
                                    .with("file", file)
                                    .with("timestamp", entry.timestampMs())
                                    .with("offset", offset)));
                } else {
                    rows.row(entry.index(), entry.timestampMs(), Times.text(entry.timestampMs()), offset);
                }
            }
            rows.end();
            leftOver(entries, io);
        }
    }

    private static void aborted(Path file, boolean json, Io io) throws IOException {
        try (var entries = EntryFile.aborted(Files.system(), file)) {
            heading(entries, json, io);
            var rows = new Rows(io.out(), "ENTRY", "PRODUCER", "FIRST OFFSET", "LAST OFFSET", "LAST STABLE OFFSET");
            for (AbortedEntry entry = entries.next(); entry != null; entry = entries.next()) {
                if (json) {
                    io.out()
                            .println(Json.line(Json.object()
                                    .with("type", "abortedTransaction")
                                    .with("file", file)
                                    .with("version", entry.version())
                                    .with("producerId", entry.producerId())
                                    .with("firstOffset", entry.firstOffset())
                                    .with("lastOffset", entry.lastOffset())
                                    .with("lastStableOffset", entry.lastStableOffset())));
                } else {
                    rows.row(
                            entry.index(),
                            entry.producerId(),
                            entry.firstOffset(),
                            entry.lastOffset(),
                            entry.lastStableOffset());
                }
            }
            rows.end();
            leftOver(entries, io);
        }
    }
}
