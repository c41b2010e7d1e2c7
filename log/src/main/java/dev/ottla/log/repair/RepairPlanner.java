package dev.ottla.log.repair;

import dev.ottla.base.Files;
import dev.ottla.log.SegmentNames;
import dev.ottla.log.checkpoint.LeaderEpochs;
import dev.ottla.log.inspect.BatchInfo;
import dev.ottla.log.inspect.BatchScan;
import dev.ottla.log.inspect.Damage;
import dev.ottla.log.inspect.FileKind;
import dev.ottla.log.inspect.Finding;
import dev.ottla.log.inspect.LogFile;
import dev.ottla.log.inspect.PartitionFiles;
import dev.ottla.log.inspect.PartitionMarks;
import dev.ottla.log.inspect.PartitionVerifier;
import dev.ottla.log.inspect.RecordWalk;
import dev.ottla.log.inspect.Report;
import dev.ottla.log.inspect.SegmentBounds;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Decides what a repair does to a partition. Reads all of it; changes nothing. */
public final class RepairPlanner {
    /** Beyond so many damaged places a disk is not worth repairing. */
    private static final int MAX_MENDS = 1_000_000;

    private final Files files;
    private final PartitionFiles partition;
    private final PartitionMarks marks;
    private final Set<Path> wrong = new HashSet<>();
    private final List<Finding> findings = new ArrayList<>();
    private int mends;
    private long unreadableBytes;

    public RepairPlanner(Files files, PartitionFiles partition, PartitionMarks marks) {
        this.files = files;
        this.partition = partition;
        this.marks = marks;
    }

    /** @param report hears how far it is */
    public RepairPlan plan(Report report) throws IOException {
        verify(report);
        List<SegmentRepair> segments = new ArrayList<>();
        int epoch = -1;
        for (int i = 0; i < partition.segments().size(); i++) {
            BatchScan.Bounds bounds = SegmentBounds.of(files, partition, marks, i, epoch);
            Scanned scanned = scan(i, bounds);
            epoch = scanned.lastEpoch();
            if (scanned.repair().isNeeded() || !scanned.repair().mends().isEmpty()) {
                segments.add(scanned.repair());
            }
        }
        boolean empty = partition.segments().isEmpty() && marks.recoveryPoint() > 0;
        SegmentNames created =
                empty ? new SegmentNames(partition.folder(), Math.max(marks.recoveryPoint(), marks.logStart())) : null;
        // Epochs that rise from batch to batch are right; the file is what differs from them.
        boolean epochs = wrong.contains(partition.folder().resolve(LeaderEpochs.FILE));
        RepairPlan plan = new RepairPlan(segments, created, List.of(), epochs, List.of(), unreadableBytes);
        return new RepairPlan(segments, created, snapshots(plan), epochs, beyondRepair(plan), unreadableBytes);
    }

    private void verify(Report report) throws IOException {
        var keeper = new Report() {
            @Override
            public void finding(Finding finding) {
                if (finding.severity() == Finding.Severity.DAMAGE) {
                    wrong.add(finding.file());
                    if (findings.size() < MAX_MENDS) {
                        findings.add(finding);
                    }
                }
            }

            @Override
            public void progress(long bytes) {
                report.progress(bytes);
            }
        };
        try (RecordWalk walk = new RecordWalk()) {
            new PartitionVerifier(files, partition, marks, walk, keeper).run();
        }
    }

    private record Scanned(SegmentRepair repair, int lastEpoch) {}

    private Scanned scan(int index, BatchScan.Bounds bounds) throws IOException {
        SegmentNames names = partition.segments().get(index);
        boolean last = index == partition.segments().size() - 1;
        List<Mend> found = new ArrayList<>();
        try (LogFile file = LogFile.open(files, names.log())) {
            BatchScan scan = new BatchScan(file, bounds);
            scan.run(new BatchScan.Visitor() {
                @Override
                public void batch(BatchInfo batch) {}

                @Override
                public void damage(Damage damage) throws IOException {
                    if (++mends > MAX_MENDS) {
                        throw new IOException(names.log() + " has more than " + MAX_MENDS + " damaged places");
                    }
                    found.add(mend(damage));
                }
            });
            unreadableBytes += file.unreadableBytes();
            boolean indexes = wrong.contains(names.file(SegmentNames.INDEX))
                    || wrong.contains(names.file(SegmentNames.TIME_INDEX))
                    || wrong.contains(names.file(SegmentNames.TRANSACTION_INDEX));
            OffsetRange missing = missing(index, last, scan.nextOffset(), found);
            return new Scanned(new SegmentRepair(names, bounds, found, missing, indexes), scan.lastEpoch());
        }
    }

    private Mend mend(Damage damage) {
        if (marks.journaled() && damage.firstOffset() >= marks.recoveryPoint()) {
            return new Mend.Leave(
                    damage, "above the recovery point: the journal has it, and the next start restores it");
        }
        Damage.Restored restored = damage.restored();
        if (restored != null) {
            return new Mend.Restore(damage, restored);
        }
        if (!damage.reachesTheEnd()) {
            return new Mend.GiveUp(damage, damage.firstOffset(), damage.lastOffset());
        }
        if (damage.firstOffset() < marks.recoveryPoint()) {
            return new Mend.GiveUp(damage, damage.firstOffset(), marks.recoveryPoint() - 1);
        }
        return marks.clean() && marks.recoveryPoint() == damage.firstOffset()
                ? new Mend.GiveUp(damage, damage.firstOffset(), damage.firstOffset() - 1)
                : new Mend.Leave(damage, "a torn write with nothing behind it: the next start cuts it");
    }

    /** Offsets after the segment's last batch that no other file has either. */
    private @Nullable OffsetRange missing(int index, boolean last, long next, List<Mend> found) throws IOException {
        long first = next;
        for (Mend mend : found) {
            if (mend instanceof Mend.GiveUp gone) {
                first = Math.max(first, gone.lastOffset() + 1);
            }
        }
        Long following = partition.baseAfter(index);
        long end = last || following == null ? marks.recoveryPoint() : following;
        boolean byRight = !last && (end <= marks.cleanedUpTo() || end <= marks.logStart());
        boolean inJournal = marks.journaled() && first >= marks.recoveryPoint();
        if (first >= end || byRight || inJournal) {
            return null;
        }
        if (end - 1 - partition.segments().get(index).baseOffset() > Integer.MAX_VALUE) {
            throw new IOException("Offsets " + first + " to " + (end - 1) + " are more than a segment can have");
        }
        return new OffsetRange(first, end - 1);
    }

    /** Damaged ones, and those whose producers wrote what is given up: a broker reads the log instead. */
    private List<Path> snapshots(RepairPlan plan) {
        OptionalLong firstLost = plan.firstLost();
        List<Path> removed = new ArrayList<>();
        for (Path file : partition.of(FileKind.SNAPSHOT)) {
            Long offset = SegmentNames.offsetOf(file, SegmentNames.SNAPSHOT);
            boolean resting = firstLost.isPresent() && offset != null && offset > firstLost.getAsLong();
            if (resting || wrong.contains(file)) {
                removed.add(file);
            }
        }
        return removed;
    }

    private List<Finding> beyondRepair(RepairPlan plan) {
        Set<Path> mended = new HashSet<>(plan.snapshots());
        mended.add(partition.folder());
        if (plan.epochs()) {
            mended.add(partition.folder().resolve(LeaderEpochs.FILE));
        }
        for (int i = 0; i < partition.segments().size(); i++) {
            SegmentNames names = partition.segments().get(i);
            mended.add(names.file(SegmentNames.INDEX));
            mended.add(names.file(SegmentNames.TIME_INDEX));
            mended.add(names.file(SegmentNames.TRANSACTION_INDEX));
            boolean rewritten = plan.segments().stream()
                    .anyMatch(segment -> segment.rewrites() && segment.names().equals(names));
            boolean filled = i > 0 && plan.segments().stream().anyMatch(segment -> segment.missing() != null);
            if (rewritten || filled) {
                mended.add(names.log());
            }
        }
        return findings.stream()
                .filter(finding -> !mended.contains(finding.file()))
                .toList();
    }
}
