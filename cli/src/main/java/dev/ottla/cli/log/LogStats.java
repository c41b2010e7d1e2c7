package dev.ottla.cli.log;

import dev.ottla.base.Files;
import dev.ottla.cli.kit.CommandFailure;
import dev.ottla.cli.kit.ExitCode;
import dev.ottla.cli.kit.Given;
import dev.ottla.cli.kit.Io;
import dev.ottla.cli.kit.Json;
import dev.ottla.cli.kit.Progress;
import dev.ottla.cli.kit.Sizes;
import dev.ottla.cli.kit.Spec;
import dev.ottla.cli.kit.Table;
import dev.ottla.log.inspect.CodecStats;
import dev.ottla.log.inspect.DataFolder;
import dev.ottla.log.inspect.Finding;
import dev.ottla.log.inspect.FolderSpace;
import dev.ottla.log.inspect.PartitionFiles;
import dev.ottla.log.inspect.PartitionStats;
import dev.ottla.log.inspect.RecordWalk;
import dev.ottla.log.inspect.Report;
import dev.ottla.log.inspect.StatsReader;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** `ottla log stats`. */
public final class LogStats {
    private static final String TOP = "--top";
    private static final String TOPICS = "--topics";

    private LogStats() {}

    public static Spec spec() {
        return Target.add(Spec.command("Say where the space of a data folder is.", LogStats::run)
                        .arguments(0, 0, "WHAT", "Topics, partitions or paths of folders. Default: the data folder."))
                .number(TOP, "N", "Only the N largest.")
                .flag(TOPICS, "Add the partitions of a topic up.")
                .json()
                .footer(
                        "",
                        "Sorted by size. Records are what the batches' headers count; the ratio after a codec is of a few",
                        "batches of it. WAITING is deleted, but not removed yet. JSON is one object a line, the last one the sum.");
    }

    private static void run(Given given, Io io) {
        long top = given.number(TOP, Long.MAX_VALUE);
        if (top < 1) {
            throw Given.usage("%s takes 1 or more, not %d.".formatted(TOP, top));
        }
        try {
            List<Target> targets = Target.of(given);
            Target.warnOfMoving(targets, io);
            List<PartitionStats> all = read(targets, io);
            FolderSpace space = FolderSpace.NONE;
            for (Target target : targets) {
                if (target instanceof Target.Data data) {
                    space = space.plus(FolderSpace.of(Files.system(), data.folder()));
                }
            }
            print(all, given, top, space, io);
        } catch (IOException unreadable) {
            throw CommandFailure.of(ExitCode.USAGE, "Cannot read: %s.".formatted(unreadable.getMessage()));
        }
    }

    private static void print(List<PartitionStats> all, Given given, long top, FolderSpace space, Io io) {
        List<PartitionStats> rows = (given.has(TOPICS) ? byTopic(all) : all)
                .stream()
                        .sorted(Comparator.comparingLong(PartitionStats::totalBytes)
                                .reversed()
                                .thenComparing(PartitionStats::partition))
                        .limit(top)
                        .toList();
        PartitionStats sum = all.stream().reduce((a, b) -> a.plus(b, "")).orElse(null);
        if (given.json()) {
            rows.forEach(row -> io.out().println(Json.line(json(row, given.has(TOPICS)))));
            if (sum != null) {
                io.out().println(Json.line(totals(sum, all.size(), space)));
            }
        } else if (sum == null) {
            io.out().println("No partitions.");
        } else {
            table(rows, io);
            io.out().println(sentence(sum, all.size(), space));
        }
    }

    private static List<PartitionStats> read(List<Target> targets, Io io) throws IOException {
        var progress = new Progress(io, true);
        var report = new Report() {
            private long bytes;

            @Override
            public void finding(Finding finding) {}

            @Override
            public void progress(long more) {
                bytes += more;
                progress.say(() -> Sizes.text(bytes) + " looked at");
            }
        };
        List<PartitionStats> all = new ArrayList<>();
        try (var walk = new RecordWalk()) {
            for (Target target : targets) {
                for (Path folder : foldersOf(target)) {
                    all.add(read(target.in(), folder, walk, report));
                }
            }
        } finally {
            progress.end();
        }
        return all;
    }

    private static List<Path> foldersOf(Target target) throws IOException {
        return switch (target) {
            case Target.Data data -> data.folder().partitions();
            case Target.Partition partition -> List.of(partition.folder());
            case Target.JournalFolder journal ->
                throw Given.usage(
                        "%s: stats are of partitions.".formatted(journal.data().path()));
            case Target.OneFile file -> throw Given.usage("%s is a file: stats are of folders.".formatted(file.file()));
        };
    }

    private static PartitionStats read(DataFolder data, Path folder, RecordWalk walk, Report report)
            throws IOException {
        try {
            PartitionFiles partition = PartitionFiles.list(Files.system(), folder);
            return StatsReader.read(Files.system(), partition, data.checkpointMarks(partition.name()), walk, report);
        } catch (NoSuchFileException removed) {
            throw new IOException(folder + " went away: once more, please", removed);
        }
    }

    private static List<PartitionStats> byTopic(List<PartitionStats> all) {
        Map<String, PartitionStats> topics = new TreeMap<>();
        for (PartitionStats stats : all) {
            topics.merge(stats.topic(), stats, (a, b) -> a.plus(b, a.topic()));
        }
        return topics.entrySet().stream()
                .map(topic -> topic.getValue().named(topic.getKey()))
                .toList();
    }

    private static void table(List<PartitionStats> rows, Io io) {
        var table = new Table(
                "PARTITION",
                "SIZE",
                "RECORDS",
                "BATCHES",
                "SEGMENTS",
                "LOG",
                "INDEXES",
                "WAITING",
                "SET ASIDE",
                "OLDEST",
                "NEWEST",
                "CODECS");
        for (PartitionStats row : rows) {
            table.row(
                    row.partition() + (row.damaged() ? " (damaged: see ottla log verify)" : ""),
                    Sizes.text(row.totalBytes()),
                    row.records(),
                    row.batches(),
                    row.segments(),
                    Sizes.text(row.logBytes()),
                    Sizes.text(row.indexBytes()),
                    Sizes.text(row.waitingBytes()),
                    Sizes.text(row.setAsideBytes()),
                    Times.text(row.oldestMs()),
                    Times.text(row.newestMs()),
                    codecs(row.codecs()));
        }
        table.print(io.out());
    }

    private static String codecs(Map<String, CodecStats> codecs) {
        return codecs.isEmpty()
                ? "-"
                : codecs.entrySet().stream()
                        .map(codec -> codec.getValue().ratio() == 0
                                ? codec.getKey()
                                : codec.getKey()
                                        + String.format(
                                                Locale.ROOT,
                                                " %.1f:1",
                                                codec.getValue().ratio()))
                        .collect(Collectors.joining(", "));
    }

    private static String sentence(PartitionStats sum, int partitions, FolderSpace space) {
        return "%s in %s, %s: logs %s, indexes %s, journal %s, deleted but not removed %s, set aside %s, other %s"
                .formatted(
                        Sizes.text(sum.totalBytes() + space.totalBytes()),
                        Progress.count(partitions, "partition"),
                        Progress.count(sum.records(), "record"),
                        Sizes.text(sum.logBytes()),
                        Sizes.text(sum.indexBytes()),
                        Sizes.text(space.journalBytes()),
                        Sizes.text(sum.waitingBytes() + space.deletedBytes()),
                        Sizes.text(sum.setAsideBytes() + space.strayBytes()),
                        Sizes.text(sum.otherBytes() + space.otherBytes()));
    }

    private static Json json(PartitionStats row, boolean topic) {
        Json json = Json.object().with(topic ? "topic" : "partition", row.partition());
        if (!topic) {
            json.with("firstOffset", row.firstOffset()).with("nextOffset", row.nextOffset());
        }
        return numbers(json, row)
                .with("oldestTimestamp", LogVerify.orNull(row.oldestMs()))
                .with("newestTimestamp", LogVerify.orNull(row.newestMs()))
                .with(
                        "codecs",
                        row.codecs().entrySet().stream()
                                .map(codec -> json(codec.getKey(), codec.getValue()))
                                .toList())
                .with("damaged", row.damaged());
    }

    private static Json numbers(Json json, PartitionStats row) {
        return json.with("totalBytes", row.totalBytes())
                .with("logBytes", row.logBytes())
                .with("indexBytes", row.indexBytes())
                .with("waitingBytes", row.waitingBytes())
                .with("setAsideBytes", row.setAsideBytes())
                .with("otherBytes", row.otherBytes())
                .with("segments", row.segments())
                .with("batches", row.batches())
                .with("records", row.records());
    }

    private static Json json(String codec, CodecStats stats) {
        return Json.object()
                .with("codec", codec)
                .with("batches", stats.batches())
                .with("records", stats.records())
                .with("storedBytes", stats.storedBytes())
                .with("sampledBytes", stats.sampledBytes())
                .with("sampledPlainBytes", stats.sampledPlainBytes());
    }

    private static Json totals(PartitionStats sum, int partitions, FolderSpace space) {
        return numbers(Json.object().with("partitions", partitions), sum)
                .with("journalBytes", space.journalBytes())
                .with("deletedFolderBytes", space.deletedBytes())
                .with("strayFolderBytes", space.strayBytes())
                .with("folderOtherBytes", space.otherBytes());
    }
}
