package dev.ottla.cli.log;

import dev.ottla.base.Files;
import dev.ottla.cli.kit.CommandFailure;
import dev.ottla.cli.kit.ExitCode;
import dev.ottla.cli.kit.Io;
import dev.ottla.cli.kit.Json;
import dev.ottla.log.inspect.DataFolder;
import dev.ottla.log.journal.DamagedJournalException;
import dev.ottla.log.journal.JournalSalvage;
import dev.ottla.log.journal.JournalSettings;
import dev.ottla.log.repair.JournalRepairPlan;
import dev.ottla.log.repair.JournalRepairer;
import dev.ottla.log.repair.JournalShare;
import dev.ottla.log.repair.MayReturn;
import dev.ottla.log.repair.OffsetRange;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** `ottla log repair ottla-journal`. */
final class JournalRepair {
    private JournalRepair() {}

    /** The folder is held by this process. */
    static void repair(DataFolder data, boolean yes, boolean json, Io io) throws IOException {
        JournalRepairer repairer = new JournalRepairer(Files.system(), data);
        JournalRepairPlan plan;
        try {
            plan = repairer.plan();
        } catch (DamagedJournalException noPoints) {
            throw CommandFailure.of(
                            ExitCode.FAILED,
                            "The recovery points of the journal cannot be read: which of its entries count is not known. "
                                    + noPoints.getMessage())
                    .hint("Restore %s from a copy.".formatted(noPoints.file()))
                    .error("DAMAGED");
        }
        @Nullable Path setAside = plan.isNeeded() && yes ? repairer.run() : null;
        if (json) {
            io.out().println(Json.line(json(plan, setAside)));
        } else {
            print(plan, setAside, io);
        }
        if (plan.isNeeded() && setAside == null) {
            throw CommandFailure.of(ExitCode.FAILED, "The journal is damaged; nothing was changed.")
                    .error("DAMAGED")
                    .hint("To do it: the same command with --yes.");
        }
    }

    private static void print(JournalRepairPlan plan, @Nullable Path setAside, Io io) {
        var out = io.out();
        if (!plan.isNeeded()) {
            out.println("The journal is whole: nothing to repair.");
            return;
        }
        for (JournalSalvage.Gap gap : plan.gaps()) {
            out.println(line(gap));
        }
        for (JournalShare share : plan.partitions()) {
            out.println(line(share));
        }
        out.println(lost(plan, setAside != null));
        if (!plan.mayReturn().isEmpty()) {
            out.println(mayReturn(plan));
        }
        if (plan.gaps().getLast().nextLsn() < 0) {
            out.println(
                    "How many entries the journal's end had is not known: a record that left no trace is not named.");
        }
        if (setAside != null) {
            out.println("Repaired: the next start gives the partitions what was kept.");
            out.println("Kept: " + setAside);
        }
    }

    private static String line(JournalSalvage.Gap gap) {
        String missing = gap.nextLsn() < 0
                ? "all entries from LSN %d on".formatted(gap.firstLsn())
                : "entries LSN %s".formatted(new OffsetRange(gap.firstLsn(), gap.nextLsn() - 1));
        if (gap.nextLsn() == gap.firstLsn()) {
            return "%s is damaged at position %d, where no entry is that is needed"
                    .formatted(gap.file(), gap.position());
        }
        return "%s, from position %d on: %s cannot be read".formatted(gap.file(), gap.position(), missing);
    }

    private static String line(JournalShare share) {
        String what = "  %s: offsets from %d on come from the journal, up to %d"
                .formatted(share.name(), share.recoveryPoint(), share.endOffset());
        if (share.fromSegments() > 0) {
            what += " (%s out of the segments)".formatted(share.fromSegments() + " batches");
        }
        return share.lost() == null ? what : what + "; offsets %s are lost".formatted(share.lost());
    }

    private static String lost(JournalRepairPlan plan, boolean done) {
        List<JournalShare> losing = plan.losing();
        if (losing.isEmpty()) {
            return done ? "No offset is known to be lost." : "No offset is known that would be lost.";
        }
        StringBuilder text = new StringBuilder(done ? "Lost:" : "Would be lost:");
        String separator = " ";
        for (JournalShare share : losing) {
            text.append(separator).append(share.name()).append(" offsets ").append(share.lost());
            separator = ", ";
        }
        return text.append(". The next records get these offsets.").toString();
    }

    private static String mayReturn(JournalRepairPlan plan) {
        StringBuilder text = new StringBuilder(
                "A DeleteRecords whose entry cannot be read is undone. Records that may be there again:");
        String separator = " ";
        for (MayReturn each : plan.mayReturn()) {
            text.append(separator).append(each.name()).append(" offsets ").append(each.offsets());
            separator = ", ";
        }
        return text.append(". Where records were deleted, delete them again.").toString();
    }

    private static Json json(JournalRepairPlan plan, @Nullable Path setAside) {
        return Json.object()
                .with("journal", JournalSettings.FOLDER)
                .with("damaged", plan.isNeeded())
                .with("repaired", setAside != null)
                .with(
                        "missing",
                        plan.gaps().stream()
                                .map(gap -> Json.object()
                                        .with("file", gap.file())
                                        .with("position", gap.position())
                                        .with("firstLsn", gap.firstLsn())
                                        .with("nextLsn", gap.nextLsn()))
                                .toList())
                .with(
                        "partitions",
                        plan.partitions().stream().map(JournalRepair::json).toList())
                .with(
                        "mayReturn",
                        plan.mayReturn().stream()
                                .map(each -> Json.object()
                                        .with("partition", each.name())
                                        .with("firstOffset", each.offsets().first())
                                        .with("lastOffset", each.offsets().last()))
                                .toList())
                .with("originals", setAside == null ? List.of() : List.of(setAside));
    }

    private static Json json(JournalShare share) {
        OffsetRange lost = share.lost();
        return Json.object()
                .with("partition", share.name())
                .with("recoveryPoint", share.recoveryPoint())
                .with("endOffset", share.endOffset())
                .with("batchesFromSegments", share.fromSegments())
                .with(
                        "lost",
                        lost == null
                                ? List.of()
                                : List.of(Json.object()
                                        .with("firstOffset", lost.first())
                                        .with("lastOffset", lost.last())));
    }
}
