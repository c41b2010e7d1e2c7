package dev.ottla.log.inspect;

import dev.ottla.base.Files;
import dev.ottla.log.SegmentNames;
import dev.ottla.log.checkpoint.LeaderEpochs;
import dev.ottla.log.checkpoint.OffsetCheckpoint;
import dev.ottla.log.checkpoint.PartitionMetadata;
import dev.ottla.log.producer.ProducerSnapshot;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Says whether everything in a partition's folder is whole. Reads all of it; changes nothing. */
public final class PartitionVerifier {
    /** Kept of one segment while a broker runs, until it is known whether they hold; more are not listed. */
    private static final int MAX_KEPT = 1_000;

    private static final String RESTORE = "restore the file from a copy";

    private final Files files;
    private final PartitionFiles partition;
    private final PartitionMarks marks;
    private final RecordWalk walk;
    private final Report report;
    private final String repair;

    /** @param walk for one thread */
    public PartitionVerifier(
            Files files, PartitionFiles partition, PartitionMarks marks, RecordWalk walk, Report report) {
        this.files = files;
        this.partition = partition;
        this.marks = marks;
        this.walk = walk;
        this.report = report;
        this.repair = repairOf(partition.name());
    }

    static String repairOf(String partition) {
        return "`ottla log repair " + partition + "`";
    }

    /** All of it. */
    public void run() throws IOException {
        metadata();
        LeaderEpochs epochs = epochs();
        snapshots();
        segments(epochs);
        new SumsCheck(files, partition, marks, repair).run(epochs, report);
    }

    /** One file; of a segment's, all that belong to it. */
    void one(Path file) throws IOException {
        switch (FileKind.of(file)) {
            case LOG, INDEX, TIME_INDEX, TRANSACTION_INDEX -> segment(FileKind.offsetIn(file));
            case SNAPSHOT -> snapshot(file);
            case EPOCHS -> epochs();
            case PARTITION_METADATA -> metadata();
            case OFFSET_CHECKPOINT -> checkpoint(file);
            case SUMS -> new SumsCheck(files, partition, marks, repair).run(epochs(), report);
            case GUARDED_LOG_STARTS ->
                LogStartsCheck.read(files, partition.folder(), false).tell(null, true, report);
            case CLEAN_SHUTDOWN, SET_ASIDE, DELETED, OTHER ->
                throw new IOException(file + " is no file of a log, as far as its name tells");
        }
    }

    private void checkpoint(Path file) throws IOException {
        try {
            OffsetCheckpoint.decode(SmallFiles.text(files, file));
        } catch (IOException damaged) {
            report.finding(Finding.damage(file, String.valueOf(damaged.getMessage()), RESTORE));
        }
    }

    private void segment(long base) throws IOException {
        for (int i = 0; i < partition.segments().size(); i++) {
            SegmentNames names = partition.segments().get(i);
            if (names.baseOffset() == base) {
                BatchScan.Bounds bounds = SegmentBounds.of(files, partition, marks, i, BatchScan.NO_EPOCH);
                boolean last = i == partition.segments().size() - 1;
                var transactions = new TransactionCheck(i == 0 && base == 0 && marks.cleanedUpTo() < 0, repair);
                var context = new SegmentVerifier.Context(bounds, marks, last, repair, walk, transactions, null);
                new SegmentVerifier(files, names, context, report).run();
                return;
            }
        }
        throw new NoSuchFileException(partition.folder() + " has no segment " + base);
    }

    private void metadata() throws IOException {
        Path file = partition.folder().resolve(PartitionMetadata.FILE);
        try {
            PartitionMetadata.decode(SmallFiles.bytes(files, file));
        } catch (NoSuchFileException missing) {
            report.finding(Finding.damage(file, "the file is missing", RESTORE));
        } catch (IOException damaged) {
            report.finding(Finding.damage(file, String.valueOf(damaged.getMessage()), RESTORE));
        }
    }

    private @Nullable LeaderEpochs epochs() throws IOException {
        Path file = partition.folder().resolve(LeaderEpochs.FILE);
        if (!files.exists(file)) {
            return null;
        }
        try {
            return LeaderEpochs.decode(SmallFiles.bytes(files, file));
        } catch (IOException damaged) {
            report.finding(Finding.damage(file, String.valueOf(damaged.getMessage()), repair));
            return null;
        }
    }

    private void snapshots() throws IOException {
        for (Path file : partition.of(FileKind.SNAPSHOT)) {
            snapshot(file);
        }
    }

    private void snapshot(Path file) {
        try {
            ProducerSnapshot.decode(SmallFiles.bytes(files, file), 0, Long.MAX_VALUE);
        } catch (NoSuchFileException removed) {
            // A broker is at work.
        } catch (IOException damaged) {
            report.finding(Finding.damage(file, String.valueOf(damaged.getMessage()), repair));
        }
    }

    private void segments(@Nullable LeaderEpochs epochs) throws IOException {
        List<SegmentNames> segments = partition.segments();
        EpochCheck epochCheck = epochs == null || epochs.size() == 0
                ? null
                : new EpochCheck(
                        partition.folder().resolve(LeaderEpochs.FILE),
                        epochs,
                        Math.max(
                                marks.logStart(),
                                segments.isEmpty() ? 0 : segments.getFirst().baseOffset()),
                        marks.clean() ? Long.MAX_VALUE : Math.max(0, marks.recoveryPoint()),
                        repair);
        boolean certain = !segments.isEmpty() && segments.getFirst().baseOffset() == 0 && marks.cleanedUpTo() < 0;
        TransactionCheck transactions = new TransactionCheck(certain, repair);
        long next = segments.isEmpty() ? 0 : segments.getFirst().baseOffset();
        int epoch = BatchScan.NO_EPOCH;
        for (int i = 0; i < segments.size(); i++) {
            gapBefore(segments.get(i), next);
            BatchScan.Bounds bounds = SegmentBounds.of(files, partition, marks, i, epoch);
            boolean last = i == segments.size() - 1;
            var context = new SegmentVerifier.Context(bounds, marks, last, repair, walk, transactions, epochCheck);
            SegmentVerifier.End end = marks.moving()
                    ? segmentThatMayMove(segments.get(i), context)
                    : new SegmentVerifier(files, segments.get(i), context, report).run();
            next = Math.max(next, end.nextOffset());
            epoch = end.lastEpoch();
        }
        if (epochCheck != null) {
            epochCheck.tell(report);
        }
        marks(next);
    }

    private void gapBefore(SegmentNames segment, long next) {
        long base = segment.baseOffset();
        if (base > next
                && base > marks.cleanedUpTo()
                && base > marks.logStart()
                && !marks.moving()
                && !marks.isInJournal(next)) {
            report.finding(Finding.damage(
                            segment.log(),
                            "offsets before this segment are missing: a segment's file is gone or too short",
                            "right in a topic that is, or was, compacted; otherwise restore the file from a copy, or "
                                    + repair)
                    .offsets(next, base - 1));
        }
    }

    /** While a broker is at work files come and go: what is found counts only when it is found again. */
    private SegmentVerifier.End segmentThatMayMove(SegmentNames segment, SegmentVerifier.Context context)
            throws IOException {
        List<Finding> found = new ArrayList<>();
        Report keeper = new Report() {
            @Override
            public void finding(Finding finding) {
                if (found.size() < MAX_KEPT) {
                    found.add(finding);
                }
            }

            @Override
            public void progress(long bytes) {
                report.progress(bytes);
            }
        };
        try {
            SegmentVerifier.End end = new SegmentVerifier(files, segment, context, keeper).run();
            if (!found.isEmpty()) {
                List<Finding> before = List.copyOf(found);
                found.clear();
                end = new SegmentVerifier(files, segment, context, keeper).run();
                found.stream().filter(before::contains).forEach(report::finding);
            }
            return end;
        } catch (NoSuchFileException removed) {
            return new SegmentVerifier.End(
                    context.bounds().endOffset() == Long.MAX_VALUE
                            ? context.bounds().baseOffset()
                            : context.bounds().endOffset(),
                    BatchScan.NO_EPOCH);
        }
    }

    private void marks(long logEnd) {
        if (marks.moving()) {
            return;
        }
        if (marks.recoveryPoint() > logEnd) {
            report.finding(Finding.damage(
                            partition.folder(),
                            "the log ends at offset " + logEnd + ", but everything below " + marks.recoveryPoint()
                                    + " was forced to the disk",
                            repair)
                    .offsets(logEnd, marks.recoveryPoint() - 1));
        }
        if (marks.clean() && marks.recoveryPoint() >= 0 && marks.recoveryPoint() < logEnd) {
            report.finding(Finding.damage(
                    partition.folder(),
                    "the log ends at offset " + logEnd + ", but it was closed in order at " + marks.recoveryPoint(),
                    "look at " + OffsetCheckpoint.RECOVERY_POINTS + " and the last segment: one of them is wrong"));
        }
        if (marks.logStart() > logEnd && !marks.journaled()) {
            report.finding(beyond("the log start", marks.logStart(), logEnd));
        }
        if (marks.highWatermark() > Math.max(logEnd, marks.recoveryPoint()) && !marks.journaled()) {
            report.finding(beyond("the high watermark", marks.highWatermark(), logEnd));
        }
    }

    private Finding beyond(String what, long offset, long logEnd) {
        String problem = what + " is " + offset + ", beyond the log's end at " + logEnd;
        return marks.clean()
                ? Finding.damage(partition.folder(), problem, "restore the missing files from a copy")
                : Finding.note(partition.folder(), problem, "records that were never forced are gone");
    }
}
