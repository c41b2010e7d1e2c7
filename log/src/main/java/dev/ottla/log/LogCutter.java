package dev.ottla.log;

import dev.ottla.base.FileHandle;
import dev.ottla.base.Files;
import dev.ottla.log.checkpoint.LeaderEpochs;
import dev.ottla.log.journal.EntryKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Takes away from a log's end: truncation. Runs on storage threads. */
final class LogCutter {
    private final LogState state;
    private final Files files;
    private final CutRescan rescan;

    LogCutter(LogState state) {
        this.state = state;
        this.files = state.environment.files();
        this.rescan = new CutRescan(state);
    }

    void truncateTo(long offset) {
        cut(offset, false);
    }

    void truncateFullyAndStartAt(long offset) {
        cut(offset, true);
    }

    private void cut(long offset, boolean fully) {
        state.cleaning.stop();
        try {
            cutUncleaned(offset, fully);
        } finally {
            state.cleaning.resume();
        }
    }

    private void cutUncleaned(long offset, boolean fully) {
        state.maintenance.lock();
        state.writer.lock();
        try {
            state.requireUsable();
            if (!fully && offset >= state.logEnd) {
                return;
            }
            // The durable recovery point must come down first: new bytes above it are a tail again.
            state.flushed = Math.min(state.flushed, offset);
            state.environment.checkpoints().writeRecoveryPoints();
            journalCut(offset, fully);
            cutFiles(offset, fully);
        } catch (IOException trouble) {
            throw state.storageError("truncating the log", trouble);
        } finally {
            state.writer.unlock();
            state.maintenance.unlock();
        }
    }

    /** From here on an error fails the data folder: what readers see and what a restart would find are no longer known to be one. */
    private void cutFiles(long offset, boolean fully) throws IOException {
        try {
            dropSums();
            if (fully || offset <= state.segments.first().baseOffset()) {
                startAt(offset);
            } else {
                cutSegments(offset);
            }
            state.highWatermark = Math.min(state.highWatermark, state.logEnd);
            state.refreshFirstUnstable();
            // What comes now in the place of what was cut has not been compacted.
            state.cleaned = Math.min(state.cleaned, state.segments.active().baseOffset());
            files.forceFolder(state.folder);
            files.replace(state.folder.resolve(LeaderEpochs.FILE), state.epochs.encode());
            state.writtenEpochs = state.epochs;
            state.environment.checkpoints().writeAll();
        } catch (DamagedLogException damage) {
            // It takes the partition offline.
            throw damage;
        } catch (IOException trouble) {
            state.environment.health().fail("truncating " + state.partition, trouble);
            throw trouble;
        }
    }

    private void dropSums() throws IOException {
        state.writtenSums = null;
        PartitionSums.drop(files, state.folder);
    }

    /** Recovery must know of the cut before a byte of the segments goes. */
    private void journalCut(long offset, boolean fully) throws IOException {
        LogJournal journal = state.journal;
        if (journal == null) {
            return;
        }
        long end = fully ? offset : endAfterCut(offset);
        if (fully) {
            journal.note(EntryKind.JOIN, end);
            journal.await(journal.note(EntryKind.LOG_START, end));
        } else {
            journal.await(journal.note(EntryKind.TRUNCATE, end));
        }
        journal.truncated(end);
    }

    /** Where the log ends once all batches that reach {@code offset} are gone. */
    private long endAfterCut(long offset) throws IOException {
        SegmentList segments = state.segments;
        if (offset <= segments.first().baseOffset()) {
            return offset;
        }
        Segment segment = cutSegment(offset);
        FileHandle handle = segment.file().acquire();
        if (handle == null) {
            throw new IOException("Segment " + segment.baseOffset() + " is retired");
        }
        var scratch = ScratchBuffers.take();
        try {
            long end = segment.baseOffset();
            HeaderCursor cursor = segment.lookup().before(offset - 1, handle, scratch, segment.sizeBytes());
            while (cursor.look() && cursor.lastOffset() < offset) {
                end = cursor.lastOffset() + 1;
                cursor.step();
            }
            return end;
        } finally {
            ScratchBuffers.giveBack(scratch);
            segment.file().release();
        }
    }

    /** The segment that holds the log's end after a cut. */
    private Segment cutSegment(long offset) {
        SegmentList segments = state.segments;
        int last = segments.floor(offset);
        return segments.get(last).baseOffset() == offset && last > 0 ? segments.get(last - 1) : segments.get(last);
    }

    private void startAt(long offset) throws IOException {
        long nowMs = state.environment.clock().wallMs();
        SegmentList old = state.segments;
        SegmentRemoval.remove(state, old.all(), nowMs);
        deleteSnapshotsAbove(-1);
        state.logEnd = offset;
        state.logStart = offset;
        state.epochs = LeaderEpochs.EMPTY;
        state.producers.load(List.of());
        state.pendingSnapshots.clear();
        SegmentNames names = new SegmentNames(state.folder, offset);
        SegmentState fresh = SegmentState.fresh(nowMs, state.environment.rollJitterMs(state.config));
        Segment first = new Segment(files, names, fresh, true);
        if (first.file().acquire() != null) {
            first.file().release();
        }
        state.segments = new SegmentList(List.of(first));
    }

    private void deleteSnapshotsAbove(long offset) throws IOException {
        for (Path file : files.list(state.folder)) {
            Long at = SegmentNames.offsetOf(file, SegmentNames.SNAPSHOT);
            if (at != null && at > offset) {
                files.deleteIfExists(file);
            }
        }
    }

    private void cutSegments(long offset) throws IOException {
        long nowMs = state.environment.clock().wallMs();
        SegmentList old = state.segments;
        int last = old.floor(offset);
        if (old.get(last).baseOffset() == offset && last > 0) {
            last--;
        }
        Segment cut = old.get(last);
        SegmentRemoval.remove(state, old.all().subList(last + 1, old.size()), nowMs);
        int position = positionOf(cut, offset);
        shorten(cut, position);
        // A snapshot says that the segment before it is complete, which the one that is cut no longer is.
        deleteSnapshotsAbove(cut.baseOffset());
        state.pendingSnapshots.tailMap(cut.baseOffset(), false).clear();
        Segment rebuilt = rescan.segment(cut.names(), position, nowMs);
        state.segments = old.keep(last, rebuilt);
        state.logEnd = rebuilt.nextOffset();
        state.flushed = Math.min(state.flushed, state.logEnd);
        state.logStart = Math.min(state.logStart, state.logEnd);
        state.epochs = state.epochs.truncateFromEnd(state.logEnd);
        rescan.producers(state.segments, state.logEnd, state.producers);
    }

    private static int positionOf(Segment segment, long offset) throws IOException {
        FileHandle handle = segment.file().acquire();
        if (handle == null) {
            throw new IOException("Segment " + segment.baseOffset() + " is retired");
        }
        var scratch = ScratchBuffers.take();
        try {
            return segment.positionOf(offset, handle, scratch, segment.end());
        } finally {
            ScratchBuffers.giveBack(scratch);
            segment.file().release();
        }
    }

    /** Cuts the file when nobody reads it; else puts a shorter copy in its place, and the readers keep the old one until they are done. */
    private void shorten(Segment segment, int position) throws IOException {
        Path path = segment.names().log();
        if (segment.retire()) {
            try (FileHandle handle = files.open(path, false)) {
                handle.truncate(position);
                Forces.force(handle);
            }
            return;
        }
        Path copy = path.resolveSibling(path.getFileName() + ".tmp");
        try (FileHandle from = files.openReadOnly(path);
                FileHandle to = files.open(copy, true)) {
            to.truncate(0);
            copy(from, to, position);
            Forces.force(to);
        }
        files.rename(copy, path);
    }

    private static void copy(FileHandle from, FileHandle to, int sizeBytes) throws IOException {
        var buffer = ScratchBuffers.take();
        try {
            for (int at = 0; at < sizeBytes; at += buffer.limit()) {
                buffer.clear().limit(Math.min(buffer.capacity(), sizeBytes - at));
                Segment.readFully(from, buffer, at);
                buffer.flip();
                to.write(buffer, at);
            }
        } finally {
            ScratchBuffers.giveBack(buffer);
        }
    }
}
