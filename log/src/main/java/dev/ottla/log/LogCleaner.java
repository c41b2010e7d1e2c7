package dev.ottla.log;

import dev.ottla.base.FileHandle;
import dev.ottla.log.compact.BatchFilter;
import dev.ottla.log.compact.CleanedTransactions;
import dev.ottla.log.compact.OffsetMap;
import dev.ottla.log.compact.OffsetMapFiller;
import dev.ottla.log.compact.ProducerTails;
import dev.ottla.log.producer.ProducerEntry;
import dev.ottla.record.BatchHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One cleaning of one log, as Kafka's Cleaner: the keys of the dirty part go into a map, as many as it holds; then all segments up to there are written
 * anew without what the map makes superfluous, group by group, the oldest first. It reads and writes without any of the log's locks.
 */
final class LogCleaner {
    private static final Logger LOG = LoggerFactory.getLogger(LogCleaner.class);

    private final LogState state;
    private final CompactionSettings settings;
    private final CleanerPace.Runner pace;
    private final BatchReader reader;
    private final long nowMs;

    LogCleaner(LogState state, CompactionSettings settings, CleanerPace.Runner pace, long nowMs) {
        this.state = state;
        this.settings = settings;
        this.pace = pace;
        this.reader = new BatchReader(settings.bufferBytesPerThread());
        this.nowMs = nowMs;
    }

    /** What a cleaning did. */
    record Result(long fromOffset, long toOffset, long bytesBefore, long bytesAfter, int segmentsBefore, int groups) {}

    /**
     * Cleans; the caller has passed the log's gate.
     *
     * @throws CleaningStoppedException when it was given up half-way: what has been swapped stays
     * @throws IOException when the files fail; {@link DamagedLogException} when what they hold is damaged
     */
    Result clean(CleanableRange range) throws IOException {
        SegmentSwap.discard(state);
        try {
            return cleanSegments(range);
        } catch (IOException | RuntimeException failure) {
            discardQuietly();
            throw failure;
        }
    }

    private void discardQuietly() {
        if (state.unusable() != null) {
            return;
        }
        try {
            SegmentSwap.discard(state);
        } catch (IOException trouble) {
            LOG.warn("Cannot remove what a cleaning of {} has left; the next one will", state.partition, trouble);
        }
    }

    private Result cleanSegments(CleanableRange range) throws IOException {
        SegmentList segments = state.segments;
        long keys = keysAtMost(segments, range);
        try (OffsetMap map = new OffsetMap(
                keys, settings.mapBytesPerThread(), settings.loadFactor(), state.environment.randomLong())) {
            fill(map, segments, range);
            long end = map.latestOffset() + 1;
            state.environment.checkpoints().ensureRecoveryPoint(state.partition.folderName(), range.endOffset());
            Result result = rewrite(map, segments, end, range);
            state.cleaned = end;
            state.environment.checkpoints().writeCleaned();
            return result;
        }
    }

    /** An upper bound, by the batches' headers; enough to see that the largest map will be full. */
    private long keysAtMost(SegmentList segments, CleanableRange range) throws IOException {
        long mapHolds = settings.mapBytesPerThread() / OffsetMap.SLOT_BYTES;
        long keys = 0;
        for (int i = segments.floor(range.firstDirtyOffset());
                keys < mapHolds && segments.get(i).baseOffset() < range.endOffset();
                i++) {
            keys += recordsIn(segments.get(i), range.firstDirtyOffset());
        }
        return keys;
    }

    private long recordsIn(Segment segment, long fromOffset) throws IOException {
        FileHandle handle = segment.file().acquire();
        if (handle == null) {
            throw new CleaningStoppedException("Segment " + segment.baseOffset() + " is retired");
        }
        ByteBuffer scratch = ScratchBuffers.take();
        try {
            int from = segment.positionOf(fromOffset, handle, scratch, segment.end());
            HeaderCursor cursor = segment.cursor(handle, scratch, from, segment.sizeBytes());
            long records = 0;
            while (cursor.look()) {
                records += Math.max(0, BatchHeader.count(cursor.window(), cursor.windowAt()));
                cursor.step();
                pace.spent(BatchHeader.SIZE_BYTES);
            }
            return records;
        } finally {
            ScratchBuffers.giveBack(scratch);
            segment.file().release();
        }
    }

    private void fill(OffsetMap map, SegmentList segments, CleanableRange range) throws IOException {
        CleanedTransactions transactions = new CleanedTransactions();
        transactions.expect(SegmentRewriter.abortedIn(state, range.firstDirtyOffset(), range.endOffset()));
        map.reach(range.firstDirtyOffset() - 1);
        try (OffsetMapFiller filler = new OffsetMapFiller(map, transactions, range.firstDirtyOffset())) {
            for (int i = segments.floor(range.firstDirtyOffset());
                    segments.get(i).baseOffset() < range.endOffset();
                    i++) {
                Segment segment = segments.get(i);
                int from = positionOf(segment, range.firstDirtyOffset());
                if (!reader.read(segment, from, pace, filler::add)) {
                    return;
                }
                map.reach(segments.endOf(i) - 1);
            }
        }
    }

    private static int positionOf(Segment segment, long offset) throws IOException {
        FileHandle handle = segment.file().acquire();
        if (handle == null) {
            throw new CleaningStoppedException("Segment " + segment.baseOffset() + " is retired");
        }
        ByteBuffer scratch = ScratchBuffers.take();
        try {
            return segment.positionOf(offset, handle, scratch, segment.end());
        } finally {
            ScratchBuffers.giveBack(scratch);
            segment.file().release();
        }
    }

    private Result rewrite(OffsetMap map, SegmentList segments, long end, CleanableRange range) throws IOException {
        LogConfig config = state.config;
        BatchFilter.Round round =
                new BatchFilter.Round(nowMs, config.compaction().deleteRetentionMs(), range.endOffset());
        CleanedTransactions transactions = new CleanedTransactions();
        SegmentRewriter rewriter = new SegmentRewriter(state, pace, settings.bufferBytesPerThread());
        long before = 0;
        long after = 0;
        int count = 0;
        var groups = SegmentGroups.of(segments, end, config);
        for (SegmentGroups.Group group : groups) {
            requireRoom(group.sizeBytes());
            try (BatchFilter filter = new BatchFilter(map, transactions, producerTails(), round)) {
                Segment cleaned = rewriter.rewrite(group, reader, filter, transactions);
                new SegmentSwap(state).swap(group.segments(), cleaned);
                before += group.sizeBytes();
                after += cleaned.sizeBytes();
                count += group.segments().size();
            }
        }
        return new Result(range.firstDirtyOffset(), end, before, after, count, groups.size());
    }

    private void requireRoom(long bytes) throws IOException {
        long usable = state.environment.files().usableBytes(state.folder);
        if (usable - LogEnvironment.RESERVE_BYTES < bytes) {
            throw new CleaningStoppedException("There is no room to clean " + bytes + " bytes of " + state.partition);
        }
    }

    private ProducerTails producerTails() {
        Map<Long, ProducerTails.Tail> tails = new HashMap<>();
        state.writer.lock();
        try {
            for (ProducerEntry entry : state.producers.entries()) {
                tails.put(entry.producerId(), new ProducerTails.Tail(entry.lastDataOffset(), entry.epoch()));
            }
        } finally {
            state.writer.unlock();
        }
        return new ProducerTails(tails);
    }
}
