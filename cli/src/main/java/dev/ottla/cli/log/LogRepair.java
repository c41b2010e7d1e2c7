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
import dev.ottla.log.checkpoint.OffsetCheckpoint;
import dev.ottla.log.inspect.DataFolder;
import dev.ottla.log.inspect.Finding;
import dev.ottla.log.inspect.JournalView;
import dev.ottla.log.inspect.PartitionFiles;
import dev.ottla.log.inspect.PartitionMarks;
import dev.ottla.log.inspect.Report;
import dev.ottla.log.journal.DamagedJournalException;
import dev.ottla.log.journal.JournalSettings;
import dev.ottla.log.repair.Mend;
import dev.ottla.log.repair.OffsetRange;
import dev.ottla.log.repair.RepairPlan;
import dev.ottla.log.repair.RepairPlanner;
import dev.ottla.log.repair.Repairer;
import dev.ottla.log.repair.SegmentRepair;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** `ottla log repair`. */
public final class LogRepair {
    private static final String YES = "--yes";
    private static final String DRY_RUN = "--dry-run";

    private LogRepair() {}

    public static Spec spec() {
        return Target.add(
                        Spec.command("Give up what is damaged in a partition, and keep all the rest.", LogRepair::run)
                                .argument(
                                        0,
                                        "TOPIC-PARTITION",
                                        "The partition, as its folder is called (orders-0), or its path; ottla-journal for the journal."))
                .flag(YES, "Do it. Without, only say what would be done.")
                .flag(DRY_RUN, "Only say what would be done: the default.")
                .json()
                .footer(
                        "",
                        "Whole batches before and after the damage stay. Lost offsets are never used again: an empty batch",
                        "stands for them, and consumers read on behind it. The originals are kept as *.damaged. Indexes are",
                        "made anew. No broker may run on the folder.",
                        "",
                        "Exit codes: 0 whole, or repaired; 1 something is damaged (and stays so without %s); 2 it cannot be"
                                .formatted(YES),
                        "read; 6 a broker holds the folder.",
                        "",
                        "Of a damaged journal what is whole is kept, and the rest taken out of the segments as far as they go on.",
                        "Each partition's log then ends before its first lost offset, which the next record gets.",
                        "",
                        "Examples:",
                        "  ottla log repair orders-0",
                        "  ottla log repair ottla-journal",
                        "  ottla log repair orders-0 --yes --data /var/lib/ottla");
    }

    private static void run(Given given, Io io) throws IOException {
        given.atMostOne(YES, DRY_RUN);
        List<Target> targets = Target.of(given);
        Target target = targets.getFirst();
        if (targets.size() != 1 || !(target instanceof Target.Partition || target instanceof Target.JournalFolder)) {
            throw Given.usage("'%s' is no partition: one is called TOPIC-NUMBER.".formatted(given.argument(0)));
        }
        Path path = target.in().path();
        try (Closeable taken = DataFolder.take(Files.system(), path)) {
            if (taken == null) {
                throw CommandFailure.of(ExitCode.DATA_IN_USE, "A process holds %s.".formatted(path))
                        .hint("Stop the broker first.");
            }
            // Read once more, now that nobody changes it.
            DataFolder data = DataFolder.openTaken(Files.system(), path);
            if (target instanceof Target.Partition partition) {
                repair(data, partition.folder(), given, io);
            } else {
                JournalRepair.repair(data, given.has(YES), given.json(), io);
            }
        }
    }

    private static void repair(DataFolder data, Path folder, Given given, Io io) throws IOException {
        PartitionFiles partition = PartitionFiles.list(Files.system(), folder);
        PartitionMarks marks = data.marks(partition.name());
        if (data.unreadable().keySet().stream().anyMatch(file -> file.endsWith(OffsetCheckpoint.RECOVERY_POINTS))) {
            throw CommandFailure.of(
                            ExitCode.FAILED,
                            "The recovery points in %s cannot be read: how far the log was forced is not known."
                                    .formatted(data.path()))
                    .hint(
                            "Restore recovery-point-offset-checkpoint from a copy, or delete it and let the broker recover.");
        }
        JournalView journal = data.journal();
        DamagedJournalException damage = journal == null ? null : journal.damage();
        if (damage != null) {
            throw CommandFailure.of(ExitCode.FAILED, String.valueOf(damage.getMessage()))
                    .hint(
                            "The journal must be whole first: it says how far the segments were forced. `ottla log repair %s` gives up what is damaged of it."
                                    .formatted(JournalSettings.FOLDER))
                    .error("DAMAGED");
        }
        RepairPlan plan = plan(partition, marks, io);
        boolean yes = given.has(YES);
        List<Path> originals = plan.isNeeded() && yes
                ? new Repairer(Files.system(), partition, plan, marks.recoveryPoint()).run()
                : List.of();
        if (given.json()) {
            io.out().println(Json.line(json(partition, plan, yes && plan.isNeeded(), originals)));
        } else {
            print(partition, plan, yes, originals, io);
        }
        if (!plan.beyondRepair().isEmpty() || (plan.isNeeded() && !yes)) {
            var failure = CommandFailure.of(
                            ExitCode.FAILED,
                            plan.isNeeded() && !yes
                                    ? "%s is damaged; nothing was changed.".formatted(partition.name())
                                    : "%s is not whole still.".formatted(partition.name()))
                    .error("DAMAGED");
            throw plan.isNeeded() && !yes
                    ? failure.hint("To do it: the same command with %s.".formatted(YES))
                    : failure;
        }
    }

    private static RepairPlan plan(PartitionFiles partition, PartitionMarks marks, Io io) throws IOException {
        var progress = new Progress(io, true);
        var report = new Report() {
            private long bytes;

            @Override
            public void finding(Finding finding) {}

            @Override
            public void progress(long more) {
                bytes += more;
                progress.say(() -> Sizes.text(bytes) + " read");
            }
        };
        try {
            return new RepairPlanner(Files.system(), partition, marks).plan(report);
        } finally {
            progress.end();
        }
    }

    private static void print(PartitionFiles partition, RepairPlan plan, boolean yes, List<Path> originals, Io io) {
        var out = io.out();
        if (!plan.isNeeded() && plan.beyondRepair().isEmpty()) {
            out.println("%s is whole: nothing to repair.".formatted(partition.name()));
        }
        for (SegmentRepair segment : plan.segments()) {
            out.println(segment.names().log());
            for (Mend mend : segment.mends()) {
                out.println("  " + line(mend));
            }
            OffsetRange missing = segment.missing();
            if (missing != null) {
                out.println("  offsets %s: in no file any more; given up".formatted(missing));
            }
            if (segment.isNeeded()) {
                out.println("  indexes: made anew");
            }
        }
        if (plan.created() != null) {
            out.println("No segment is left: the log begins anew at offset %d"
                    .formatted(plan.created().baseOffset()));
        }
        plan.snapshots().forEach(file -> out.println(file + ": removed, the log has what is needed"));
        if (plan.epochs()) {
            out.println("leader-epoch-checkpoint: made anew from the batches");
        }
        plan.beyondRepair()
                .forEach(finding -> out.println(
                        "NOT REPAIRED %s: %s; %s".formatted(finding.file(), finding.problem(), finding.advice())));
        if (plan.unreadableBytes() > 0) {
            out.println("The disk could not read %s: copy what it can, and replace it."
                    .formatted(Sizes.text(plan.unreadableBytes())));
        }
        if (plan.isNeeded()) {
            out.println((yes ? "Repaired. " : "") + lost(plan, yes));
            originals.forEach(file -> out.println("Kept: " + file));
        }
    }

    private static String lost(RepairPlan plan, boolean done) {
        List<OffsetRange> lost = plan.lost();
        if (plan.created() != null) {
            return "All offsets below %d %s."
                    .formatted(plan.created().baseOffset(), done ? "are lost" : "would be lost");
        }
        if (lost.isEmpty()) {
            return done ? "No offset is lost." : "No offset would be lost.";
        }
        long count = lost.stream()
                .mapToLong(range -> range.last() - range.first() + 1)
                .sum();
        return "%s: offsets %s (%s)."
                .formatted(
                        done ? "Lost" : "Would be lost",
                        String.join(
                                ", ", lost.stream().map(OffsetRange::toString).toList()),
                        Progress.count(count, "offset"));
    }

    private static String line(Mend mend) {
        String bytes = "bytes %d to %d: %s; "
                .formatted(
                        mend.damage().position(),
                        mend.damage().endPosition() - 1,
                        mend.damage().problem());
        return bytes
                + switch (mend) {
                    case Mend.Restore restore ->
                        "its records are whole: put right as offset %d"
                                .formatted(restore.batch().baseOffset());
                    case Mend.GiveUp gone when gone.lastOffset() < gone.firstOffset() -> "given up, no offset is in it";
                    case Mend.GiveUp gone ->
                        "offsets %s given up".formatted(new OffsetRange(gone.firstOffset(), gone.lastOffset()));
                    case Mend.Leave left -> left.why();
                };
    }

    private static Json json(PartitionFiles partition, RepairPlan plan, boolean done, List<Path> originals) {
        return Json.object()
                .with("partition", partition.name())
                .with("damaged", plan.isNeeded() || !plan.beyondRepair().isEmpty())
                .with("repaired", done)
                .with(
                        "lost",
                        plan.lost().stream()
                                .map(range -> Json.object()
                                        .with("firstOffset", range.first())
                                        .with("lastOffset", range.last()))
                                .toList())
                .with(
                        "segments",
                        plan.segments().stream()
                                .map(segment -> Json.object()
                                        .with("file", segment.names().log())
                                        .with(
                                                "mends",
                                                segment.mends().stream()
                                                        .map(LogRepair::line)
                                                        .toList()))
                                .toList())
                .with("removedSnapshots", plan.snapshots())
                .with("originals", originals)
                .with(
                        "notRepaired",
                        plan.beyondRepair().stream()
                                .map(finding -> Json.object()
                                        .with("file", finding.file())
                                        .with("problem", finding.problem())
                                        .with("advice", finding.advice()))
                                .toList());
    }
}
