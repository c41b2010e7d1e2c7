package dev.ottla.log.inspect;

import dev.ottla.base.Files;
import dev.ottla.log.SegmentNames;
import dev.ottla.log.inspect.EntryFile.AbortedEntry;
import dev.ottla.log.inspect.EntryFile.OffsetEntry;
import dev.ottla.log.inspect.EntryFile.TimeEntry;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Reads one segment and holds its indexes against it, all in one walk. */
final class SegmentVerifier implements BatchScan.Visitor {
    private static final String UNDECODABLE =
            "a consumer stops there: read on from the next offset, and look at who wrote it";

    private final Files files;
    private final SegmentNames names;
    private final Context context;
    private final Report report;
    private final FirstOfMany gaps = new FirstOfMany();
    private final FirstOfMany undecodable = new FirstOfMany();
    private @Nullable LogFile log;
    private @Nullable OffsetIndexCheck offsets;
    private @Nullable TimeIndexCheck times;
    private long expected;
    private long told;

    /**
     * What a segment's verification shares with its partition's.
     *
     * @param last whether it is the segment that is written to
     */
    record Context(
            BatchScan.Bounds bounds,
            PartitionMarks marks,
            boolean last,
            String repair,
            RecordWalk walk,
            TransactionCheck transactions,
            @Nullable EpochCheck epochs) {
        /** Whether the files of the segment may be unfinished by right. */
        boolean unsettled() {
            return last && (marks.moving() || !marks.clean());
        }
    }

    /** @param lastEpoch of its last whole batch */
    record End(long nextOffset, int lastEpoch) {}

    SegmentVerifier(Files files, SegmentNames names, Context context, Report report) {
        this.files = files;
        this.names = names;
        this.context = context;
        this.report = report;
        this.expected = context.bounds().baseOffset();
    }

    End run() throws IOException {
        Path index = names.file(SegmentNames.INDEX);
        Path timeIndex = names.file(SegmentNames.TIME_INDEX);
        Path transactionIndex = names.file(SegmentNames.TRANSACTION_INDEX);
        try (LogFile file = LogFile.open(files, names.log());
                @Nullable
                        EntryFile<OffsetEntry> offsetEntries =
                                files.exists(index) ? EntryFile.offsets(files, index) : null;
                @Nullable
                        EntryFile<TimeEntry> timeEntries =
                                files.exists(timeIndex) ? EntryFile.times(files, timeIndex) : null;
                @Nullable
                        EntryFile<AbortedEntry> abortedEntries =
                                files.exists(transactionIndex) ? EntryFile.aborted(files, transactionIndex) : null) {
            log = file;
            long base = names.baseOffset();
            offsets = offsetEntries == null
                    ? null
                    : new OffsetIndexCheck(offsetEntries, base, context.unsettled(), context.repair());
            times = timeEntries == null
                    ? null
                    : new TimeIndexCheck(timeEntries, base, context.unsettled(), context.repair());
            context.transactions().begin(transactionIndex, abortedEntries);
            BatchScan scan = new BatchScan(file, context.bounds());
            scan.run(this);
            finish(file, index, timeIndex);
            return new End(Math.max(scan.nextOffset(), expected), scan.lastEpoch());
        }
    }

    private void finish(LogFile file, Path index, Path timeIndex) throws IOException {
        if (offsets != null) {
            offsets.end(report);
        } else if (file.sizeBytes() > 0 && !context.unsettled()) {
            report.finding(Finding.damage(index, "the file is missing", context.repair()));
        }
        if (times != null) {
            times.end(report);
        } else if (file.sizeBytes() > 0 && !context.unsettled()) {
            report.finding(Finding.damage(timeIndex, "the file is missing", context.repair()));
        }
        context.transactions().end(context.unsettled(), report);
        gaps.tell(report);
        undecodable.tell(report);
        if (file.unreadableBytes() > 0) {
            report.finding(Finding.damage(
                    file.path(),
                    "the disk could not read " + file.unreadableBytes() + " bytes",
                    "the disk is failing: copy what can be read, then replace it"));
        }
        report.progress(file.sizeBytes() - told);
        told = file.sizeBytes();
    }

    @Override
    public void batch(BatchInfo batch) throws IOException {
        LogFile file = log;
        if (file == null) {
            return;
        }
        gapBefore(batch.baseOffset(), batch.position());
        expected = batch.lastOffset() + 1;
        String problem = context.walk().walk(file, batch, record -> {});
        if (problem != null) {
            undecodable.add(Finding.damage(file.path(), problem, UNDECODABLE)
                    .at(batch.position())
                    .offsets(batch.baseOffset(), batch.lastOffset()));
        }
        if (offsets != null) {
            offsets.batch(batch);
        }
        if (times != null) {
            times.batch(batch);
        }
        context.transactions().batch(file, batch, context.walk());
        if (context.epochs() != null) {
            context.epochs().batch(file.path(), batch);
        }
        progress(batch.endPosition());
    }

    private void gapBefore(long baseOffset, long position) {
        PartitionMarks marks = context.marks();
        if (baseOffset <= expected
                || marks.isInJournal(expected)
                || baseOffset <= marks.cleanedUpTo()
                || baseOffset <= marks.logStart()) {
            return;
        }
        gaps.add(Finding.damage(
                        names.log(),
                        "offsets are missing",
                        "right in a topic that is, or was, compacted; otherwise lost: restore the file from a copy")
                .at(position)
                .offsets(expected, baseOffset - 1));
    }

    @Override
    public void damage(Damage damage) throws IOException {
        if (offsets != null) {
            offsets.damage(damage);
        }
        if (times != null) {
            times.damage(damage);
        }
        context.transactions().damage(damage);
        Finding finding = finding(damage);
        if (finding != null) {
            report.finding(finding);
        }
        expected = Math.max(expected, damage.lastOffset() + 1);
        progress(damage.endPosition());
    }

    private @Nullable Finding finding(Damage damage) {
        PartitionMarks marks = context.marks();
        boolean end = context.last() && damage.endPosition() == (log == null ? 0 : log.sizeBytes());
        if (end && marks.moving()) {
            return null;
        }
        String range = "bytes " + damage.position() + " to " + (damage.endPosition() - 1);
        String problem = range + ": " + damage.problem()
                + (damage.restored() == null ? "" : "; its content is whole, its offset, length or epoch is not");
        if (marks.isInJournal(damage.firstOffset())) {
            return Finding.note(names.log(), problem, "the journal has it: the next start restores it")
                    .at(damage.position())
                    .offsets(damage.firstOffset(), damage.lastOffset());
        }
        boolean forced = damage.firstOffset() < marks.recoveryPoint() || marks.clean();
        if (end && !forced) {
            return Finding.note(
                            names.log(),
                            problem,
                            "above the recovery point, with nothing behind it: a torn write, which the next start cuts")
                    .at(damage.position())
                    .offsets(damage.firstOffset(), damage.lastOffset());
        }
        String advice = forced || !context.last()
                ? context.repair()
                : context.repair() + " before the next start, which cuts the log here";
        long last = damage.reachesTheEnd() && marks.recoveryPoint() > damage.firstOffset()
                ? marks.recoveryPoint() - 1
                : damage.lastOffset();
        return Finding.damage(names.log(), problem, advice)
                .at(damage.position())
                .offsets(damage.firstOffset(), Math.max(last, -1));
    }

    private void progress(long position) {
        report.progress(position - told);
        told = position;
    }
}
