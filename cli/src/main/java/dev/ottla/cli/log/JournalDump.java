package dev.ottla.cli.log;

import dev.ottla.base.Files;
import dev.ottla.cli.kit.CommandFailure;
import dev.ottla.cli.kit.ExitCode;
import dev.ottla.cli.kit.Io;
import dev.ottla.cli.kit.Json;
import dev.ottla.log.inspect.DataFolder;
import dev.ottla.log.inspect.JournalView;
import dev.ottla.log.journal.DamagedJournalException;
import dev.ottla.log.journal.JournalEntry;
import java.io.IOException;

/** Shows the entries of a journal that the next start will replay. */
final class JournalDump {
    private JournalDump() {}

    static void dump(DataFolder data, long count, boolean json, Io io) throws IOException {
        if (data.isMoving()) {
            throw CommandFailure.of(ExitCode.DATA_IN_USE, "A broker writes the journal of %s.".formatted(data.path()))
                    .hint("Stop it first: its journal changes under the reader.");
        }
        var rows = new Rows(
                io.out(), "LSN", "KIND", "TOPIC ID", "PARTITION", "OFFSET", "PAYLOAD BYTES", "FILE", "POSITION");
        long[] left = {count};
        JournalView view = JournalView.read(Files.system(), data.path(), entry -> {
            if (left[0]-- > 0) {
                show(entry, rows, json, io);
            }
        });
        rows.end();
        DamagedJournalException damage = view.damage();
        if (damage != null && json) {
            io.out()
                    .println(Json.line(Json.object()
                            .with("type", "damage")
                            .with("file", damage.file())
                            .with("position", damage.position())
                            .with("problem", damage.getMessage())));
        } else if (damage != null) {
            io.out().println("  DAMAGED: " + damage.getMessage());
        } else if (!json) {
            io.out().println(view.entries() + " entries with " + view.payloadBytes() + " bytes of batches");
        }
    }

    private static void show(JournalEntry entry, Rows rows, boolean json, Io io) {
        if (json) {
            io.out()
                    .println(Json.line(Json.object()
                            .with("type", "journalEntry")
                            .with("lsn", entry.lsn())
                            .with("kind", entry.kind().name())
                            .with("topicId", entry.topic().toString())
                            .with("partition", entry.partition())
                            .with("offset", entry.offset())
                            .with("payloadBytes", entry.payload().remaining())
                            .with("file", entry.file())
                            .with("position", entry.position())));
        } else {
            rows.row(
                    entry.lsn(),
                    entry.kind(),
                    entry.topic(),
                    entry.partition(),
                    entry.offset(),
                    entry.payload().remaining(),
                    String.valueOf(entry.file().getFileName()),
                    entry.position());
        }
    }
}
