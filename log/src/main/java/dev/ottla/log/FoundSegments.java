package dev.ottla.log;

import dev.ottla.base.Files;
import dev.ottla.base.TopicPartition;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/** The segments of a log that is being loaded: those in its folder, without what is dropped on the way. Never empty once they are open. */
final class FoundSegments {
    private static final List<String> INDEXES =
            List.of(SegmentNames.INDEX, SegmentNames.TIME_INDEX, SegmentNames.TRANSACTION_INDEX);
    private static final List<String> FILES =
            List.of(SegmentNames.LOG, SegmentNames.INDEX, SegmentNames.TIME_INDEX, SegmentNames.TRANSACTION_INDEX);

    private final LogEnvironment environment;
    private final LogConfig config;
    private final FolderListing found;
    private final long nowMs;
    private final SegmentOpener opener;
    private final List<Segment> segments = new ArrayList<>();
    private boolean changed;

    private FoundSegments(LogEnvironment environment, LogConfig config, FolderListing found, long nowMs) {
        this.environment = environment;
        this.config = config;
        this.found = found;
        this.nowMs = nowMs;
        this.opener = new SegmentOpener(environment, config, nowMs);
    }

    /**
     * Opens those that are in the folder, as far as {@code from} wants them.
     *
     * @throws DamagedLogException when there are none, and should be
     */
    static FoundSegments open(
            LogEnvironment environment,
            TopicPartition partition,
            LogConfig config,
            FolderListing found,
            LoadFrom from,
            long nowMs)
            throws IOException {
        FoundSegments segments = new FoundSegments(environment, config, found, nowMs);
        segments.openAll();
        if (segments.segments.isEmpty()) {
            if (from.recoveryPoint() > 0 && !from.emptied()) {
                throw new DamagedLogException("The segments of " + partition + " are gone, but everything below offset "
                        + from.recoveryPoint() + " was forced to the disk. "
                        + DamagedLogException.whatToDo(partition.folderName()));
            }
            segments.add(from.cut() ? from.recoveryPoint() : from.logStart());
        }
        if (from.cut()) {
            segments.cutAt(from.recoveryPoint());
        }
        return segments;
    }

    private void openAll() throws IOException {
        Set<Long> logs = found.ofOffsets(SegmentNames.LOG).keySet();
        for (String name : found.names()) {
            if (isLeftOver(name) || isOrphan(name, logs)) {
                found.delete(name);
            }
        }
        for (long base : logs) {
            segments.add(opener.open(found, new SegmentNames(found.folder(), base)));
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

    /** Segments that begin above a cut go unread: the journal has what was in them. */
    private void cutAt(long cut) throws IOException {
        int first = segments.size();
        while (first > 0 && segments.get(first - 1).baseOffset() > cut) {
            first--;
        }
        dropFrom(first);
        if (segments.isEmpty()) {
            add(cut);
        }
        // One that begins right at the cut was perhaps made after the folder's last force.
        changed |= cut > 0 && last().baseOffset() == cut;
    }

    private void add(long baseOffset) throws IOException {
        changed = true;
        segments.add(opener.create(found.folder(), baseOffset));
    }

    List<Segment> all() {
        return Collections.unmodifiableList(segments);
    }

    SegmentList list() {
        return new SegmentList(segments);
    }

    int size() {
        return segments.size();
    }

    Segment get(int index) {
        return segments.get(index);
    }

    Segment first() {
        return segments.getFirst();
    }

    Segment last() {
        return segments.getLast();
    }

    /** Whether the folder has entries that it may not have on the disk. */
    boolean haveChanged() {
        return changed;
    }

    /**
     * The segment that holds the recovery point. One that ends right there was forced, but perhaps not its indexes: the snapshot at its end is
     * written after they were, and only then are they taken as they are.
     */
    int firstNotTrusted(long recoveryPoint) {
        int first = list().floor(recoveryPoint);
        while (first > 0 && !found.has(segments.get(first).names().name(SegmentNames.SNAPSHOT))) {
            first--;
        }
        return first;
    }

    /** Drops all, and has an empty one in their place. */
    void beginAnewAt(long offset) throws IOException {
        dropFrom(0);
        add(offset);
    }

    void dropFrom(int index) throws IOException {
        List<Segment> dropped = segments.subList(index, segments.size());
        changed |= !dropped.isEmpty();
        for (Segment segment : dropped) {
            drop(segment);
        }
        dropped.clear();
    }

    private void drop(Segment segment) throws IOException {
        Files files = environment.files();
        segment.retire();
        for (String suffix : FILES) {
            Path file = segment.names().file(suffix);
            if (files.exists(file)) {
                Path target = file.resolveSibling(file.getFileName() + SegmentNames.DELETED);
                files.rename(file, target);
                long dueMs = nowMs + config.fileDeleteDelayMs();
                environment.deletes().add(new DelayedDeletes.Delete(dueMs, List.of(target), List.of()));
            }
        }
    }

    void dropSnapshotsAbove(long logEnd) throws IOException {
        for (String name : found.names()) {
            Long offset = SegmentNames.offsetOf(name, SegmentNames.SNAPSHOT);
            if (offset != null && offset > logEnd) {
                found.delete(name);
            }
        }
    }
}
