package dev.ottla.log;

import dev.ottla.base.Files;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Renamed files and folders that go when their delay is over and nobody reads them any more. */
final class DelayedDeletes {
    private static final Logger LOG = LoggerFactory.getLogger(DelayedDeletes.class);

    private final Files files;
    private final PriorityQueue<Delete> queue =
            new PriorityQueue<>((one, other) -> Long.compare(one.dueMs(), other.dueMs()));

    /** @param readers the segments whose slices may still be on their way out */
    record Delete(long dueMs, List<Path> paths, List<Segment> readers) {}

    DelayedDeletes(Files files) {
        this.files = files;
    }

    synchronized void add(Delete delete) {
        queue.add(delete);
    }

    synchronized int waiting() {
        return queue.size();
    }

    /** Deletes what is due; trouble is logged, since nothing depends on it. */
    void run(long nowMs) {
        for (Delete delete : due(nowMs)) {
            for (Path path : delete.paths()) {
                try {
                    if (files.isFolder(path)) {
                        files.deleteTree(path);
                    } else {
                        files.deleteIfExists(path);
                    }
                } catch (IOException trouble) {
                    LOG.warn("Cannot delete {}; the next start will try again", path, trouble);
                }
            }
        }
    }

    private synchronized List<Delete> due(long nowMs) {
        List<Delete> due = new ArrayList<>();
        List<Delete> later = new ArrayList<>();
        while (!queue.isEmpty() && queue.peek().dueMs() <= nowMs) {
            Delete delete = queue.remove();
            (delete.readers().stream().anyMatch(Segment::isPinned) ? later : due).add(delete);
        }
        queue.addAll(later);
        return due;
    }
}
