package dev.ottla.log;

import dev.ottla.base.FileHandle;
import dev.ottla.base.Files;
import dev.ottla.base.TopicPartition;
import dev.ottla.log.checkpoint.LeaderEpochs;
import dev.ottla.log.producer.ProducerStates;
import dev.ottla.record.BatchHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens what an earlier process left in a partition's folder. After a clean close the files are taken as they are and only the end of the last
 * segment is looked at. Otherwise every segment from the recovery point on is checked batch by batch, a torn tail is cut, and indexes, epochs and
 * producers are rebuilt and forced before anything is served (S2). Damage below the recovery point is never cut (S3).
 */
final class LogLoader {
    private static final Logger LOG = LoggerFactory.getLogger(LogLoader.class);
    private static final Noted NOTHING_MORE = (segment, handle, position, batch, at) -> {};

    /** What is made of a good batch beside its entries in the indexes. */
    private interface Noted {
        void batch(Segment segment, FileHandle handle, int position, ByteBuffer batch, int at) throws IOException;
    }

    private static final List<String> INDEXES =
            List.of(SegmentNames.INDEX, SegmentNames.TIME_INDEX, SegmentNames.TRANSACTION_INDEX);

    private final LogEnvironment environment;
    private final Files files;
    private final TopicPartition partition;
    private final Path folder;
    private final LogConfig config;
    private final Forcing forcing;
    private final SegmentChecks checks;
    private LeaderEpochs epochs = LeaderEpochs.EMPTY;
    private @Nullable PartitionSums sums;
    private long forcedBelow;
    /** Whether the folder has entries that it may not have on the disk. */
    private boolean changed;

    LogLoader(LogEnvironment environment, TopicPartition partition, Path folder, LogConfig config) {
        this(environment, partition, folder, config, new ForcedEach(environment.files()));
    }

    /** @param forcing what recovery changes is durable when this has forced it, and must not be served before */
    LogLoader(LogEnvironment environment, TopicPartition partition, Path folder, LogConfig config, Forcing forcing) {
        this.forcing = forcing;
        this.environment = environment;
        this.files = environment.files();
        this.partition = partition;
        this.folder = folder;
        this.config = config;
        this.checks = new SegmentChecks(partition);
    }

    /** Compares what is found with these. */
    LogLoader expecting(@Nullable PartitionSums expected) {
        sums = expected;
        return this;
    }

    /** @throws DamagedLogException when what was forced is damaged */
    LoadedLog load(LoadFrom from) throws IOException {
        return load(from, FolderListing.read(files, folder));
    }

    /**
     * As the other, for who has looked into the folder.
     *
     * @param listed what is in it
     */
    LoadedLog load(LoadFrom from, FolderListing listed) throws IOException {
        boolean clean = from.clean();
        long recoveryPoint = from.recoveryPoint();
        forcedBelow = from.cut() ? recoveryPoint : 0;
        long nowMs = environment.clock().wallMs();
        FolderListing found = new InterruptedSwaps(files, folder).settle(listed);
        List<Segment> segments = openSegments(found, nowMs, from);
        if (from.cut()) {
            dropAbove(segments, recoveryPoint, nowMs);
            // One that begins right at the cut was perhaps made after the folder's last force.
            changed |= recoveryPoint > 0 && segments.getLast().baseOffset() == recoveryPoint;
        }
        LeaderEpochs writtenEpochs = readEpochs(found);
        if (sums != null) {
            epochs = sums.epochs();
        } else {
            epochs = writtenEpochs == null ? LeaderEpochs.EMPTY : writtenEpochs;
        }
        int firstScanned = clean ? segments.size() : firstNotTrusted(found, segments, recoveryPoint);
        if (sums != null) {
            checks.expect(segments.subList(0, firstScanned), sums, clean);
        }
        repairBelow(found, segments, firstScanned, sums == null && writtenEpochs == null);
        ProducerStates producers = new ProducerStates();
        ProducerReplay replay = new ProducerReplay(environment, found);
        if (clean) {
            checks.openCleanEnd(segments.getLast(), recoveryPoint);
        } else {
            replay.before(new SegmentList(segments), firstScanned, producers);
            recover(
                    segments,
                    firstScanned,
                    from,
                    nowMs,
                    (segment, handle, position, batch, at) ->
                            replay.scanned(segment, handle, position, batch, at, producers));
        }
        boolean replayed = !clean;
        long logEnd = segments.getLast().nextOffset();
        if (logEnd < recoveryPoint && from.emptied()) {
            dropFrom(segments, 0, nowMs);
            segments.add(fresh(recoveryPoint, nowMs));
            logEnd = recoveryPoint;
            replayed = false;
        }
        if (logEnd < recoveryPoint) {
            throw new DamagedLogException("The log of " + partition + " ends at offset " + logEnd
                    + ", but everything below " + recoveryPoint + " was forced to the disk. " + checks.whatToDo());
        }
        long logStart = Math.max(from.logStart(), segments.getFirst().baseOffset());
        if (logEnd < logStart && !from.vouched()) {
            throw SegmentChecks.startBeyondEnd(partition, logStart, logEnd);
        }
        if (logEnd < logStart) {
            LOG.warn(
                    "The log of {} ends at {}, before its start {}: it begins anew there", partition, logEnd, logStart);
            dropFrom(segments, 0, nowMs);
            segments.add(fresh(logStart, nowMs));
            logEnd = logStart;
            replayed = false;
        }
        SegmentList list = new SegmentList(segments);
        epochs = epochs.truncateFromEnd(logEnd).truncateFromStart(logStart);
        dropSnapshotsAbove(found, logEnd);
        if (!replayed) {
            long rebuildFrom =
                    firstScanned < segments.size() ? segments.get(firstScanned).baseOffset() : Long.MAX_VALUE;
            replay.run(list, logEnd, rebuildFrom, producers);
        }
        if (!clean) {
            if (!from.goesOn()) {
                // The one at the log's end would vouch for the indexes of a segment that goes on growing.
                dropSnapshotsAbove(found, segments.getLast().baseOffset());
            }
            forceAll(segments, from.cut(), writtenEpochs);
        }
        long highWatermark = Math.clamp(from.highWatermark(), logStart, logEnd);
        for (Segment segment : segments) {
            // The last one is about to be appended to.
            if (!from.goesOn() || segment != segments.getLast()) {
                segment.files().closeUnused();
            }
        }
        return new LoadedLog(
                list,
                logStart,
                logEnd,
                highWatermark,
                logEnd,
                epochs,
                !clean || sameAs(writtenEpochs) ? epochs : writtenEpochs == null ? LeaderEpochs.EMPTY : writtenEpochs,
                producers,
                sums);
    }

    private List<Segment> openSegments(FolderListing found, long nowMs, LoadFrom from) throws IOException {
        Set<Long> logs = found.ofOffsets(SegmentNames.LOG).keySet();
        for (String name : found.names()) {
            if (isLeftOver(name) || isOrphan(name, logs)) {
                found.delete(name);
            }
        }
        List<Segment> segments = new ArrayList<>();
        for (long base : logs) {
            segments.add(open(found, new SegmentNames(folder, base), nowMs));
        }
        if (segments.isEmpty()) {
            if (from.recoveryPoint() > 0 && !from.emptied()) {
                throw new DamagedLogException("The segments of " + partition + " are gone, but everything below offset "
                        + from.recoveryPoint() + " was forced to the disk. " + checks.whatToDo());
            }
            segments.add(fresh(from.cut() ? from.recoveryPoint() : from.logStart(), nowMs));
        }
        return segments;
    }

    /** Segments that begin above a cut go unread: the journal has what was in them. */
    private void dropAbove(List<Segment> segments, long cut, long nowMs) throws IOException {
        int first = segments.size();
        while (first > 0 && segments.get(first - 1).baseOffset() > cut) {
            first--;
        }
        dropFrom(segments, first, nowMs);
        if (segments.isEmpty()) {
            segments.add(fresh(cut, nowMs));
        }
    }

    private static boolean isLeftOver(String name) {
        return name.endsWith(SegmentNames.DELETED) || name.endsWith(".tmp") || name.endsWith(SegmentNames.CLEANED);
    }

    private static boolean isOrphan(String name, Set<Long> logs) {
        for (String suffix : INDEXES) {
            Long base = SegmentNames.offsetOf(name, suffix);
            if (base != null) {
                return !logs.contains(base);
            }
        }
        return false;
    }

    private Segment open(FolderListing found, SegmentNames names, long nowMs) throws IOException {
        SegmentState state = new SegmentState(
                fileSize(found, names.name(SegmentNames.LOG)),
                fileSize(found, names.name(SegmentNames.INDEX)),
                fileSize(found, names.name(SegmentNames.TIME_INDEX)),
                fileSize(found, names.name(SegmentNames.TRANSACTION_INDEX)),
                nowMs,
                environment.rollJitterMs(config));
        return new Segment(files, names, state, false);
    }

    private static int fileSize(FolderListing found, String name) throws IOException {
        long size = found.sizeOf(name);
        if (size > Integer.MAX_VALUE) {
            throw new DamagedLogException(
                    found.folder().resolve(name) + " has " + size + " bytes, more than a segment can have");
        }
        return (int) size;
    }

    private Segment fresh(long baseOffset, long nowMs) throws IOException {
        changed = true;
        SegmentState state = SegmentState.fresh(nowMs, environment.rollJitterMs(config));
        Segment segment = new Segment(files, new SegmentNames(folder, baseOffset), state, true);
        if (segment.file().acquire() != null) {
            segment.file().release();
        }
        return segment;
    }

    /**
     * The segment that holds the recovery point. One that ends right there was forced, but perhaps not its indexes: the snapshot at its end is
     * written after they were, and only then are they taken as they are.
     */
    private int firstNotTrusted(FolderListing found, List<Segment> segments, long recoveryPoint) throws IOException {
        int first = floor(segments, recoveryPoint);
        while (first > 0 && !found.has(segments.get(first).names().name(SegmentNames.SNAPSHOT))) {
            first--;
        }
        return first;
    }

    private static int floor(List<Segment> segments, long offset) {
        int index = segments.size() - 1;
        while (index > 0 && segments.get(index).baseOffset() > offset) {
            index--;
        }
        return index;
    }

    /** Segments wholly below the recovery point are not read, unless an index or the epochs are missing. */
    private void repairBelow(FolderListing found, List<Segment> segments, int firstScanned, boolean epochsMissing)
            throws IOException {
        for (int i = 0; i < Math.min(firstScanned, segments.size()); i++) {
            Segment segment = segments.get(i);
            boolean last = i == segments.size() - 1;
            if (epochsMissing || checks.isWrong(segment) || !SegmentChecks.indexesLookWhole(found, segment)) {
                SegmentScan.Result whole = checks.check(segment);
                segment.loaded(whole.nextOffset(), whole.validBytes());
                // First, and at once: the other indexes' absence is what brings a start that follows a crash here
                // again.
                if (checks.isWrong(segment) || !segment.aborted().isWhole(segment.baseOffset(), whole.nextOffset())) {
                    SegmentList upTo = new SegmentList(segments.subList(0, i + 1));
                    segment.aborted().replace(new ProducerReplay(environment, found).abortedInLast(upTo));
                }
                segment.resetOffsetsAndTimes();
                SegmentScan.Result result = note(segment, Long.MAX_VALUE, NOTHING_MORE);
                if (result.problem() != null) {
                    throw checks.damaged(segment, result);
                }
                if (!last) {
                    segment.seal(forcing);
                }
            } else if (!last) {
                segment.loaded(segments.get(i + 1).baseOffset(), segment.sizeBytes());
                segment.markSealed();
            }
        }
    }

    /** Rebuilds a segment's indexes from its batches, which it checks. */
    private SegmentScan.Result scan(Segment segment, long stopAt, Noted noted) throws IOException {
        segment.resetIndexes();
        return note(segment, stopAt, noted);
    }

    private SegmentScan.Result note(Segment segment, long stopAt, Noted noted) throws IOException {
        FileHandle handle = segment.file().acquire();
        if (handle == null) {
            throw new IOException("Segment " + segment.baseOffset() + " is retired");
        }
        try {
            SegmentScan scan = new SegmentScan(handle, segment.sizeBytes(), segment.baseOffset(), stopAt);
            return scan.run((position, batch, at) -> {
                long firstOffset = BatchHeader.baseOffset(batch, at);
                int leaderEpoch = BatchHeader.leaderEpoch(batch, at);
                requireEpoch(segment, position, firstOffset, leaderEpoch);
                segment.files().makeRoomInIndexes();
                segment.note(
                        BatchHeader.lastOffset(batch, at),
                        BatchHeader.maxTimestampMs(batch, at),
                        position,
                        BatchHeader.sizeBytes(batch, at),
                        config.indexIntervalBytes());
                epochs = epochs.assign(leaderEpoch, firstOffset);
                noted.batch(segment, handle, position, batch, at);
            });
        } finally {
            segment.file().release();
        }
    }

    /** No CRC covers a batch's epoch; below the recovery point the checksums' epochs do. */
    private void requireEpoch(Segment segment, int position, long firstOffset, int leaderEpoch)
            throws DamagedLogException {
        PartitionSums vouching = sums;
        if (vouching == null || firstOffset >= forcedBelow || leaderEpoch == LeaderEpochs.NONE) {
            return;
        }
        int known = vouching.epochs().at(firstOffset);
        if (known >= 0 && known != leaderEpoch) {
            throw DamagedLogException.byChecksums(
                    "A batch of leader epoch " + leaderEpoch + " where " + known + " was written, at position "
                            + position + " of " + segment.names().log(),
                    partition.folderName());
        }
    }

    private void recover(List<Segment> segments, int firstScanned, LoadFrom from, long nowMs, Noted noted)
            throws IOException {
        for (int i = firstScanned; i < segments.size(); i++) {
            Segment segment = segments.get(i);
            SegmentScan.Result result = scan(segment, from.cut() ? from.recoveryPoint() : Long.MAX_VALUE, noted);
            if (result.problem() != null && result.nextOffset() < from.recoveryPoint()) {
                throw checks.damaged(segment, result);
            }
            int torn = segment.sizeBytes() - result.validBytes();
            segment.loaded(result.nextOffset(), result.validBytes());
            if (torn > 0) {
                if (from.cut()) {
                    segment.leaveTail(torn + result.validBytes());
                } else {
                    LOG.warn(
                            "Cutting {} bytes off {}: {}", torn, segment.names().log(), result.problem());
                    segment.undo();
                }
            }
            // Below the recovery point a gap is what compaction left, by an earlier cleanup.policy perhaps.
            boolean gap = i + 1 < segments.size()
                    && !config.compacts()
                    && result.nextOffset() >= from.recoveryPoint()
                    && segments.get(i + 1).baseOffset() != result.nextOffset();
            if (torn > 0 || gap) {
                if (i + 1 < segments.size()) {
                    LOG.warn(
                            "Dropping {} segments of {} after offset {}",
                            segments.size() - i - 1,
                            partition,
                            result.nextOffset());
                }
                dropFrom(segments, i + 1, nowMs);
            }
        }
    }

    private void dropFrom(List<Segment> segments, int from, long nowMs) throws IOException {
        List<Segment> dropped = segments.subList(from, segments.size());
        changed |= !dropped.isEmpty();
        for (Segment segment : dropped) {
            segment.retire();
            for (String suffix : List.of(
                    SegmentNames.LOG, SegmentNames.INDEX, SegmentNames.TIME_INDEX, SegmentNames.TRANSACTION_INDEX)) {
                Path file = segment.names().file(suffix);
                if (files.exists(file)) {
                    Path target = file.resolveSibling(file.getFileName() + SegmentNames.DELETED);
                    files.rename(file, target);
                    environment
                            .deletes()
                            .add(new DelayedDeletes.Delete(
                                    nowMs + config.fileDeleteDelayMs(), List.of(target), List.of()));
                }
            }
        }
        dropped.clear();
    }

    private void dropSnapshotsAbove(FolderListing found, long logEnd) throws IOException {
        for (String name : found.names()) {
            Long offset = SegmentNames.offsetOf(name, SegmentNames.SNAPSHOT);
            if (offset != null && offset > logEnd) {
                found.delete(name);
            }
        }
    }

    /** What recovery accepted is forced before it is served, so that a second crash cannot take it back (S2). */
    private void forceAll(List<Segment> segments, boolean cut, @Nullable LeaderEpochs writtenEpochs)
            throws IOException {
        for (Segment segment : segments) {
            if (segment != segments.getLast()) {
                segment.seal(forcing);
            } else if (!cut) {
                // What lies below a cut was forced before its recovery point was written.
                segment.force(forcing);
            }
        }
        if (!sameAs(writtenEpochs)) {
            forcing.replace(folder.resolve(LeaderEpochs.FILE), epochs.encode());
        } else if (!cut || changed) {
            forcing.forceFolder(folder);
        }
    }

    private boolean sameAs(@Nullable LeaderEpochs written) {
        return epochs.equals(written);
    }

    /** Null when the file is missing or unreadable: the epochs are rebuilt from the batches then. */
    private @Nullable LeaderEpochs readEpochs(FolderListing found) throws IOException {
        if (!found.has(LeaderEpochs.FILE)) {
            return null;
        }
        Path file = folder.resolve(LeaderEpochs.FILE);
        try {
            byte[] content = files.readAll(file);
            PartitionSums known = sums;
            // What they are nearly always is cheaper to compare than to read.
            if (known != null && Arrays.equals(content, known.epochs().encode())) {
                return known.epochs();
            }
            return LeaderEpochs.decode(content);
        } catch (IOException unreadable) {
            LOG.warn("Cannot read {}; it is rebuilt from the segments", file, unreadable);
            return null;
        }
    }

    /** A segment whose file was cut to {@code sizeBytes}, read anew. */
    Segment rescan(SegmentNames names, int sizeBytes, long nowMs) throws IOException {
        Segment segment = open(FolderListing.read(files, folder), names, nowMs);
        SegmentScan.Result result = scan(segment, Long.MAX_VALUE, NOTHING_MORE);
        if (result.problem() != null || result.validBytes() != sizeBytes) {
            throw new IOException("Segment " + names.log() + " is damaged: " + result.problem());
        }
        segment.loaded(result.nextOffset(), sizeBytes);
        // Who verifies the folder must not take entries of what was cut off for damage once other batches are there.
        segment.files().dropForgottenIndexes();
        return segment;
    }

    /** The producers as of the end of a log that was cut. */
    void replayProducers(SegmentList segments, long logEnd, ProducerStates into) throws IOException {
        long rebuildFrom = segments.active().baseOffset();
        new ProducerReplay(environment, FolderListing.read(files, folder)).run(segments, logEnd, rebuildFrom, into);
    }
}
