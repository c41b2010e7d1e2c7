package dev.ottla.log;

import dev.ottla.base.FileHandle;
import dev.ottla.base.Files;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts a cleaned segment in the place of those it was made from, so that a crash at any step leaves the one or the others:
 *
 * <pre>
 * B.log.cleaned, forced -> empty X.log.swap for every segment X that goes and lies behind B's batches -> B.*.swap, the log last; folder forced: from here on a
 * restart finishes the swap (InterruptedSwaps) -> readers are given the new segment -> the old files become .deleted; folder forced
 * -> no X.log.swap, B.* without a stage, the log last; folder forced
 * </pre>
 *
 * The empty files say which segments went into B where its batches do not tell, since they all lie below X; Apache Kafka takes them for empty
 * segments. Where they do tell, a restart that made an empty segment of such a file would hide those at and behind X.
 */
final class SegmentSwap {
    private static final List<String> FILES =
            List.of(SegmentNames.LOG, SegmentNames.INDEX, SegmentNames.TIME_INDEX, SegmentNames.TRANSACTION_INDEX);

    private final LogState state;
    private final Files files;

    SegmentSwap(LogState state) {
        this.state = state;
        this.files = state.environment.files();
    }

    /**
     * Swaps. An error after the point of no return fails the data folder: what readers see and what a restart would find are no longer known to
     * be one.
     *
     * @throws CleaningStoppedException when the old ones are no longer all there: nothing has happened then
     */
    void swap(List<Segment> old, Segment cleaned) throws IOException {
        state.maintenance.lock();
        try {
            if (state.unusable() != null || state.segments.replace(old, cleaned) == null) {
                throw new CleaningStoppedException("Segments of " + state.partition + " were deleted");
            }
            state.writtenSums = null;
            PartitionSums.drop(files, state.folder);
            List<Path> markers = mark(old, lastOffset(cleaned));
            cleaned.files().renameTo(SegmentNames.SWAP);
            try {
                files.forceFolder(state.folder);
                finish(old, cleaned, markers);
            } catch (IOException trouble) {
                state.environment.health().fail("swapping segments of " + state.partition, trouble);
                throw trouble;
            }
        } finally {
            state.maintenance.unlock();
        }
    }

    /** Of its last batch; below its base when it has none. */
    private static long lastOffset(Segment cleaned) throws IOException {
        FileHandle handle = cleaned.file().acquire();
        if (handle == null) {
            throw new IOException("Segment " + cleaned.baseOffset() + " is retired");
        }
        ByteBuffer scratch = ScratchBuffers.take();
        try {
            long last = cleaned.baseOffset() - 1;
            HeaderCursor cursor = cleaned.lookup().before(Long.MAX_VALUE, handle, scratch, cleaned.sizeBytes());
            while (cursor.look()) {
                last = cursor.lastOffset();
                cursor.step();
            }
            return last;
        } finally {
            ScratchBuffers.giveBack(scratch);
            cleaned.file().release();
        }
    }

    private List<Path> mark(List<Segment> old, long lastOffset) throws IOException {
        List<Path> markers = new ArrayList<>();
        if (old.size() > 1) {
            // While the .cleaned files are there for good, no mark counts.
            files.forceFolder(state.folder);
        }
        for (Segment segment : old.subList(1, old.size())) {
            if (segment.baseOffset() <= lastOffset) {
                continue;
            }
            Path marker = segment.names().at(SegmentNames.SWAP).log();
            files.open(marker, true).close();
            markers.add(marker);
        }
        return markers;
    }

    private void finish(List<Segment> old, Segment cleaned, List<Path> markers) throws IOException {
        publish(old, cleaned);
        for (Segment segment : old) {
            segment.retire();
        }
        remove(old);
        files.forceFolder(state.folder);
        for (Path marker : markers) {
            files.deleteIfExists(marker);
        }
        cleaned.files().renameTo("");
        files.forceFolder(state.folder);
    }

    private void publish(List<Segment> old, Segment cleaned) {
        state.writer.lock();
        try {
            SegmentList replaced = state.segments.replace(old, cleaned);
            if (replaced == null) {
                throw new IllegalStateException("Segments went away under the maintenance lock");
            }
            state.segments = replaced;
        } finally {
            state.writer.unlock();
        }
    }

    private void remove(List<Segment> old) throws IOException {
        long dueMs = state.environment.clock().wallMs() + state.config.fileDeleteDelayMs();
        for (Segment segment : old) {
            List<Path> renamed = new ArrayList<>();
            for (String suffix : FILES) {
                rename(segment.names().file(suffix), renamed);
            }
            if (segment != old.getFirst()) {
                rename(segment.names().file(SegmentNames.SNAPSHOT), renamed);
            }
            state.environment.deletes().add(new DelayedDeletes.Delete(dueMs, renamed, List.of(segment)));
        }
    }

    private void rename(Path file, List<Path> renamed) throws IOException {
        if (files.exists(file)) {
            Path target = file.resolveSibling(file.getFileName() + SegmentNames.DELETED);
            files.rename(file, target);
            renamed.add(target);
        }
    }

    /** Removes what a cleaning that was given up has left. */
    static void discard(LogState state) throws IOException {
        Files files = state.environment.files();
        // As long as there is a .cleaned file, a restart lets no .swap file count: these must be gone for good first.
        for (String stage : List.of(SegmentNames.SWAP, SegmentNames.CLEANED)) {
            boolean any = false;
            for (Path file : files.list(state.folder)) {
                if (String.valueOf(file.getFileName()).endsWith(stage)) {
                    any |= files.deleteIfExists(file);
                }
            }
            if (any) {
                files.forceFolder(state.folder);
            }
        }
    }
}
