package dev.ottla.cli.log;

import dev.ottla.base.Files;
import dev.ottla.cli.kit.CommandFailure;
import dev.ottla.cli.kit.ExitCode;
import dev.ottla.cli.kit.Given;
import dev.ottla.cli.kit.Io;
import dev.ottla.cli.kit.Spec;
import dev.ottla.log.inspect.FileKind;
import dev.ottla.log.inspect.PartitionFiles;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** `ottla log dump`. */
public final class LogDump {
    private static final String RECORDS = "--records";
    private static final String OFFSET = "--offset";
    private static final String COUNT = "--count";
    private static final String AS = "--as";
    private static final String MAX_BYTES = "--max-bytes";

    private LogDump() {}

    public static Spec spec() {
        return Target.add(Spec.command("Show what is in the files of a log.", LogDump::run)
                        .arguments(
                                0,
                                0,
                                "WHAT",
                                "Topics, partitions (orders-0), or paths of folders and files. Default: the data folder's own"
                                        + " files."))
                .flag(RECORDS, "Show the records of the batches, too.")
                .number(OFFSET, "FROM", "Only batches that end at this offset or later, and only .log files.")
                .number(COUNT, "N", "At most N batches (records with %s) of each .log file.".formatted(RECORDS))
                .text(AS, "FORM", "Keys and values as text (base64 where they are none), hex or base64. Default: text.")
                .number(
                        MAX_BYTES,
                        "N",
                        "Show at most so many bytes of a key or value. Default: %d."
                                .formatted(BytesText.DEFAULT_MAX_BYTES))
                .json()
                .footer(
                        "",
                        "Reads .log, .index, .timeindex, .txnindex and .snapshot files, leader-epoch-checkpoint,",
                        "partition.metadata, the offset checkpoints, and a stopped broker's journal (ottla-journal). JSON is one object a line, \"type\" says of what.",
                        "What is damaged is shown as such; `ottla log verify` says what to do about it.",
                        "",
                        "Examples:",
                        "  ottla log dump orders-0 --records --offset 1000 --count 10",
                        "  ottla log dump data/orders-0/00000000000000000000.index --json");
    }

    private static void run(Given given, Io io) {
        long from = given.number(OFFSET, 0);
        long count = given.number(COUNT, Long.MAX_VALUE);
        if (from < 0 || count < 1) {
            throw Given.usage("%s takes 0 or more, %s 1 or more.".formatted(OFFSET, COUNT));
        }
        var text = BytesText.of(given.text(AS, "text"), given.number(MAX_BYTES, BytesText.DEFAULT_MAX_BYTES));
        var what = new BatchDump.What(given.has(RECORDS), from, count, text);
        boolean onlyLogs = given.has(OFFSET) || given.has(COUNT) || given.has(RECORDS);
        try {
            List<Target> targets = Target.of(given);
            Target.warnOfMoving(targets, io);
            for (Target target : targets) {
                dump(target, onlyLogs, what, given.json(), io);
            }
        } catch (IOException unreadable) {
            throw CommandFailure.of(ExitCode.USAGE, "Cannot read: %s.".formatted(unreadable.getMessage()));
        }
    }

    private static void dump(Target target, boolean onlyLogs, BatchDump.What what, boolean json, Io io)
            throws IOException {
        switch (target) {
            case Target.Data data -> {
                for (Path file : Files.system().list(data.folder().path())) {
                    if (FileKind.of(file) == FileKind.OFFSET_CHECKPOINT) {
                        SmallDump.dump(file, json, io);
                    }
                }
            }
            case Target.Partition partition -> {
                PartitionFiles files = PartitionFiles.list(Files.system(), partition.folder());
                for (Path file : files.all()) {
                    if (!onlyLogs || isWanted(files, file, what.fromOffset())) {
                        dump(target, file, what, json, io);
                    }
                }
            }
            case Target.JournalFolder journal -> JournalDump.dump(journal.data(), what.count(), json, io);
            case Target.OneFile file -> {
                if (!isKnown(FileKind.of(file.file()))) {
                    throw new IOException(file.file() + " is no file of a log, as far as its name tells");
                }
                dump(target, file.file(), what, json, io);
            }
        }
    }

    /** Whether it is a .log with something at or above the offset. */
    private static boolean isWanted(PartitionFiles files, Path file, long fromOffset) {
        if (FileKind.of(file) != FileKind.LOG) {
            return false;
        }
        for (int i = 0; i < files.segments().size(); i++) {
            if (files.segments().get(i).log().equals(file)) {
                Long next = files.baseAfter(i);
                return next == null || next > fromOffset;
            }
        }
        return true;
    }

    private static boolean isKnown(FileKind kind) {
        return switch (kind) {
            case LOG, INDEX, TIME_INDEX, TRANSACTION_INDEX, SNAPSHOT, EPOCHS, PARTITION_METADATA, OFFSET_CHECKPOINT ->
                true;
            case GUARDED_LOG_STARTS, SUMS, CLEAN_SHUTDOWN, SET_ASIDE, DELETED, OTHER -> false;
        };
    }

    private static void dump(Target target, Path file, BatchDump.What what, boolean json, Io io) throws IOException {
        try {
            switch (FileKind.of(file)) {
                case LOG -> new BatchDump(file, what, json, io).run();
                case INDEX, TIME_INDEX, TRANSACTION_INDEX -> IndexDump.dump(file, json, io);
                case SNAPSHOT, EPOCHS, PARTITION_METADATA, OFFSET_CHECKPOINT -> SmallDump.dump(file, json, io);
                case GUARDED_LOG_STARTS, SUMS, CLEAN_SHUTDOWN, SET_ASIDE, DELETED, OTHER -> {}
            }
        } catch (NoSuchFileException removed) {
            if (!target.in().isMoving()) {
                throw removed;
            }
        }
    }
}
