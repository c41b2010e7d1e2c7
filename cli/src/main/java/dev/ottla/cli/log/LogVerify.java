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
import dev.ottla.log.inspect.DataFolder;
import dev.ottla.log.inspect.Finding;
import dev.ottla.log.inspect.FolderVerifier;
import dev.ottla.log.inspect.Report;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** `ottla log verify`. */
public final class LogVerify implements Report {
    private final boolean json;
    private final Io io;
    private final Progress progress;
    private long bytes;
    private long damages;
    private long notes;
    private int partitions;

    private LogVerify(Given given, Io io) {
        this.json = given.json();
        this.io = io;
        this.progress = new Progress(io, true);
    }

    public static Spec spec() {
        return Target.add(
                        Spec.command("Say whether the files of a data folder are whole.", LogVerify::run)
                                .arguments(
                                        0,
                                        0,
                                        "WHAT",
                                        "Topics, partitions (orders-0), or paths of folders and files. Default: the data folder."))
                .json()
                .footer(
                        "",
                        "Reads every batch and record, every index, snapshot and checkpoint, and changes nothing. What is wrong",
                        "is printed with its file, position, offsets and what to do. While a broker runs, the end of each log",
                        "is left out.",
                        "",
                        "Exit codes: 0 all is whole, 1 something is damaged, 2 it cannot be read.",
                        "",
                        "Examples:",
                        "  ottla log verify",
                        "  ottla log verify orders-0 --data /var/lib/ottla --json");
    }

    private static void run(Given given, Io io) {
        var verify = new LogVerify(given, io);
        try {
            List<Target> targets = Target.of(given);
            Target.warnOfMoving(targets, io);
            for (Target target : targets) {
                verify.verify(target);
            }
            verify.summary();
        } catch (IOException unreadable) {
            throw CommandFailure.of(
                    ExitCode.USAGE, "Cannot read what there is to verify: %s.".formatted(unreadable.getMessage()));
        } finally {
            verify.progress.end();
        }
    }

    private void verify(Target target) throws IOException {
        var verifier = new FolderVerifier(Files.system(), this);
        switch (target) {
            case Target.Data data -> all(verifier, data.folder());
            case Target.Partition partition -> one(verifier, partition.data(), partition.folder());
            case Target.JournalFolder journal -> verifier.checkpoints(journal.data());
            case Target.OneFile file -> {
                partitions++;
                verifier.file(file.data(), file.file());
            }
        }
    }

    private void all(FolderVerifier verifier, DataFolder folder) throws IOException {
        verifier.checkpoints(folder);
        for (Path partition : folder.partitions()) {
            one(verifier, folder, partition);
        }
    }

    private void one(FolderVerifier verifier, DataFolder folder, Path partition) throws IOException {
        verifier.partition(folder, partition);
        partitions++;
    }

    @Override
    public void finding(Finding finding) {
        boolean damage = finding.severity() == Finding.Severity.DAMAGE;
        damages += damage ? 1 : 0;
        notes += damage ? 0 : 1;
        progress.end();
        if (json) {
            io.out().println(Json.line(json(finding)));
            return;
        }
        io.out()
                .println("%s %s%s: %s"
                        .formatted(damage ? "DAMAGED" : "note   ", finding.file(), where(finding), finding.problem()));
        io.out().println("        " + finding.advice());
    }

    private static String where(Finding finding) {
        String position = finding.position() < 0 ? "" : ", position " + finding.position();
        return position + offsets(finding.firstOffset(), finding.lastOffset());
    }

    static String offsets(long first, long last) {
        if (first < 0) {
            return "";
        }
        return last < first ? ", offsets from " + first : ", offsets " + first + " to " + last;
    }

    private static Json json(Finding finding) {
        return Json.object()
                .with("severity", finding.severity().name())
                .with("file", finding.file())
                .with("position", orNull(finding.position()))
                .with("firstOffset", orNull(finding.firstOffset()))
                .with("lastOffset", orNull(Math.max(-1, finding.lastOffset())))
                .with("problem", finding.problem())
                .with("advice", finding.advice());
    }

    static @Nullable Long orNull(long number) {
        return number < 0 ? null : number;
    }

    @Override
    public void progress(long more) {
        bytes += more;
        progress.say(() -> "%s read, %s".formatted(Sizes.text(bytes), Progress.count(damages, "damage")));
    }

    private void summary() {
        progress.end();
        if (json) {
            io.out()
                    .println(Json.line(Json.object()
                            .with("whole", damages == 0)
                            .with("partitions", partitions)
                            .with("bytes", bytes)
                            .with("damages", damages)
                            .with("notes", notes)));
        } else if (damages == 0) {
            io.out()
                    .println("Whole: %s, %s read."
                            .formatted(Progress.count(partitions, "partition"), Sizes.text(bytes)));
        }
        if (damages > 0) {
            throw CommandFailure.of(
                            ExitCode.FAILED,
                            "%s in %s."
                                    .formatted(
                                            Progress.count(damages, "damage"), Progress.count(partitions, "partition")))
                    .error("DAMAGED");
        }
    }
}
