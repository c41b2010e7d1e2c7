package dev.ottla.log;

import dev.ottla.log.producer.ProducerSnapshot;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The end of a log's service: in order, or at once. And the small version of it: idle files. */
final class LogCloser {
    private final LogState state;
    private final LogFlusher flusher;

    LogCloser(LogState state, LogFlusher flusher) {
        this.state = state;
        this.flusher = flusher;
    }

    /**
     * Ends the log's service in order: writes everything and the snapshot and closes the files; readers keep theirs until they are done.
     *
     * @return to be told when what was written for {@code forcing} is durable; null when there is nothing to be durable
     */
    @Nullable
    Flush close(Forcing forcing) {
        Flush flush = state.isLoaded() ? closeLoaded(forcing) : null;
        flusher.abandonWaiters();
        return flush;
    }

    private @Nullable Flush closeLoaded(Forcing forcing) {
        state.cleaning.stop();
        state.maintenance.lock();
        try {
            if (state.unusable() != null) {
                return null;
            }
            stopWriting();
            Segment active = state.segments.active();
            Flush flush = flusher.write(Long.MAX_VALUE, forcing);
            if (active.isTouched()) {
                active.seal(forcing);
                state.writtenSums = PartitionSums.write(state, state.segments, flush.epochs(), forcing);
            }
            removeStraySnapshots();
            removeWrongIndexes();
            return flush;
        } catch (IOException trouble) {
            throw state.storageError("closing the log", trouble);
        } finally {
            state.segments.all().forEach(Segment::retire);
            state.maintenance.unlock();
        }
    }

    private void stopWriting() throws IOException {
        state.writer.lock();
        try {
            state.closed = true;
            SegmentNames end = new SegmentNames(state.folder, state.logEnd);
            if (state.logEnd > 0 && !state.environment.files().exists(end.file(SegmentNames.SNAPSHOT))) {
                state.pendingSnapshots.put(state.logEnd, ProducerSnapshot.encode(state.producers.entries()));
            }
        } finally {
            state.writer.unlock();
        }
    }

    /** A snapshot serves where a segment begins, and at the log's end. */
    private void removeStraySnapshots() throws IOException {
        List<Long> bases =
                state.segments.all().stream().map(Segment::baseOffset).toList();
        for (var file : state.environment.files().list(state.folder)) {
            Long offset = SegmentNames.offsetOf(file, SegmentNames.SNAPSHOT);
            if (offset != null && offset != state.logEnd && !bases.contains(offset)) {
                state.environment.files().deleteIfExists(file);
            }
        }
    }

    /** The next start makes a missing index anew. */
    private void removeWrongIndexes() throws IOException {
        for (Segment segment : state.segments.all()) {
            if (segment.lookup().isIndexWrong()) {
                state.environment.files().deleteIfExists(segment.names().file(SegmentNames.INDEX));
            }
            if (segment.times().isIndexWrong()) {
                state.environment.files().deleteIfExists(segment.names().file(SegmentNames.TIME_INDEX));
            }
        }
    }

    /** Stops serving without forcing anything: the folder was renamed or has failed. */
    List<Segment> abandon() {
        List<Segment> segments = stop();
        flusher.abandonWaiters();
        return segments;
    }

    private List<Segment> stop() {
        state.cleaning.stop();
        state.maintenance.lock();
        try {
            state.writer.lock();
            try {
                state.closed = true;
                List<Segment> segments = state.segments.all();
                segments.forEach(Segment::retire);
                return segments;
            } finally {
                state.writer.unlock();
            }
        } finally {
            state.maintenance.unlock();
        }
    }

    /** Writes index entries out and closes files, both only when nothing happened since the last call. */
    void closeIdle() {
        for (Segment segment : state.segments.all()) {
            if (segment.files().isQuiet()) {
                continue;
            }
            state.writer.lock();
            try {
                segment.closeIdle();
            } catch (IOException trouble) {
                throw state.storageError("writing index entries", trouble);
            } finally {
                state.writer.unlock();
            }
        }
    }
}
