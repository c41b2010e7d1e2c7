package dev.ottla.log;

import dev.ottla.base.FileHandle;
import dev.ottla.base.Files;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A run of batches in one .log file with its indexes. What a reader may see ends at {@link #end}; it is published after the bytes are written. The
 * log's writer appends; storage threads seal it once it is no longer active.
 *
 * <pre>
 * active --roll--> closed --seal--> sealed --retire (delete, truncate, close)--> retired
 * </pre>
 */
final class Segment {
    /** Bytes behind the tail that this process wrote and that are taken to be in the page cache still. */
    private static final int HOT_WINDOW_BYTES = 64 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(Segment.class);
    private static final long NOT_LOADED = Long.MIN_VALUE;

    private volatile SegmentNames names;
    private final long baseOffset;
    private final SharedFile log;
    private final OffsetIndex offsets;
    private final PositionLookup lookup;
    private final TimeIndex times;
    private final TransactionIndex aborted;
    private final int hotFrom;

    /** Upper half: the next offset relative to the base; lower half: the size in bytes. One word, so that readers see both as of one moment. */
    private volatile long end;

    private volatile long maxTimestampMs;
    private volatile long maxTimestampOffset;
    private volatile @Nullable RecentBatches recent;
    private volatile long warmed;
    private volatile boolean sealed;
    private volatile boolean touched;

    /** Whether the file may be longer than the segment; of a log that is being recovered. */
    private boolean hasTail;

    private volatile @Nullable SegmentSum sum;
    private volatile boolean timesExpected;
    private volatile boolean timesWrong;
    private volatile boolean timesProven;

    private int bytesSinceIndexEntry;
    private long firstTimestampMs = -1;
    private final long createdMs;
    private final long rollJitterMs;

    Segment(Files files, SegmentNames names, SegmentState state, boolean create) {
        this.names = names;
        this.baseOffset = names.baseOffset();
        this.log = new SharedFile(files, names.log(), create);
        this.offsets =
                new OffsetIndex(files, names.file(SegmentNames.INDEX), state.indexBytes() / OffsetIndex.ENTRY_BYTES);
        this.lookup = new PositionLookup(offsets, log, baseOffset);
        this.times = new TimeIndex(
                files, names.file(SegmentNames.TIME_INDEX), state.timeIndexBytes() / TimeIndex.ENTRY_BYTES);
        this.aborted = new TransactionIndex(
                files,
                names.file(SegmentNames.TRANSACTION_INDEX),
                state.transactionIndexBytes() / TransactionIndex.ENTRY_BYTES);
        this.end = pack(0, state.sizeBytes());
        this.hotFrom = state.sizeBytes();
        this.maxTimestampMs = state.sizeBytes() == 0 ? -1 : NOT_LOADED;
        this.maxTimestampOffset = names.baseOffset();
        this.createdMs = state.createdMs();
        this.rollJitterMs = state.rollJitterMs();
    }

    long baseOffset() {
        return baseOffset;
    }

    /** When it began, by the broker's clock; of one that was loaded, when that was. */
    long createdMs() {
        return createdMs;
    }

    SegmentNames names() {
        return names;
    }

    SharedFile file() {
        return log;
    }

    OffsetIndex offsets() {
        return offsets;
    }

    PositionLookup lookup() {
        return lookup;
    }

    /** Over the batches from {@code position} on. */
    HeaderCursor cursor(FileHandle handle, ByteBuffer scratch, int position, int limit) {
        return new HeaderCursor(handle, scratch, position, limit, log.path(), baseOffset);
    }

    TimeIndex times() {
        return times;
    }

    TransactionIndex aborted() {
        return aborted;
    }

    long end() {
        return end;
    }

    static int sizeOf(long end) {
        return (int) end;
    }

    long nextOffsetOf(long endWord) {
        return baseOffset + (endWord >>> 32);
    }

    int sizeBytes() {
        return sizeOf(end);
    }

    long nextOffset() {
        return nextOffsetOf(end);
    }

    private static long pack(long relativeNextOffset, int sizeBytes) {
        return relativeNextOffset << 32 | sizeBytes;
    }

    /** Set once while loading, when the batches at the file's end have been looked at. */
    void loaded(long nextOffset, int sizeBytes) {
        end = pack(nextOffset - baseOffset(), sizeBytes);
    }

    void firstTimestampMs(long timestampMs) {
        firstTimestampMs = timestampMs;
    }

    /** Whether an append of so much must go to a new segment (Kafka's rules). */
    boolean mustRoll(LogConfig config, int batchBytes, long lastOffset, long batchMaxTimestampMs, long nowMs) {
        int size = sizeBytes();
        if (size == 0) {
            return false;
        }
        long waitedMs = firstTimestampMs >= 0 ? batchMaxTimestampMs - firstTimestampMs : nowMs - createdMs;
        return size > config.segmentBytes() - batchBytes
                || waitedMs > config.rollMs() - Math.min(rollJitterMs, config.rollMs())
                || offsets.isFull(config.segmentIndexBytes())
                || times.isFull(config.segmentIndexBytes())
                || lastOffset - baseOffset() > Integer.MAX_VALUE;
    }

    /**
     * Writes one batch at the end. When it throws, what became of the file is unknown beyond {@link #sizeBytes}, and nothing is visible.
     */
    void append(ByteBuffer batch, long lastOffset, long batchMaxTimestampMs, int indexIntervalBytes)
            throws IOException {
        int bytes = batch.remaining();
        int size = sizeBytes();
        touched = true;
        offsets.file().makeRoom();
        times.file().makeRoom();
        FileHandle handle = log.acquire();
        if (handle == null) {
            throw new IOException("Segment " + log.path() + " is retired");
        }
        try {
            handle.write(batch.duplicate(), size);
        } finally {
            log.release();
        }
        note(lastOffset, batchMaxTimestampMs, size, bytes, indexIntervalBytes);
        RecentBatches batches = recent;
        if (batches == null) {
            batches = new RecentBatches();
            recent = batches;
        }
        batches.add(lastOffset, size + bytes);
        end = pack(lastOffset + 1 - baseOffset(), size + bytes);
    }

    /** Indexes and timestamps of a batch at {@code position}, whether appended or found by recovery. */
    void note(long lastOffset, long batchMaxTimestampMs, int position, int bytes, int indexIntervalBytes) {
        if (batchMaxTimestampMs > maxTimestampMs) {
            maxTimestampMs = batchMaxTimestampMs;
            maxTimestampOffset = lastOffset;
        }
        if (position == 0) {
            firstTimestampMs = batchMaxTimestampMs;
        }
        if (bytesSinceIndexEntry > indexIntervalBytes) {
            offsets.append((int) (lastOffset - baseOffset()), position);
            times.append(maxTimestampMs, (int) (maxTimestampOffset - baseOffset()));
            bytesSinceIndexEntry = 0;
        }
        bytesSinceIndexEntry += bytes;
    }

    /** Cuts what a failed append may have left behind. */
    void undo() throws IOException {
        FileHandle handle = log.acquire();
        if (handle != null) {
            try {
                handle.truncate(sizeBytes());
            } finally {
                log.release();
            }
        }
    }

    /**
     * What the file has beyond the end stays there until {@link #cutTail}: the journal is about to write the same bytes again, and to cut the file first
     * takes longer than all else in a recovery.
     */
    void leaveTail() {
        hasTail = true;
    }

    /** The file ends where the segment does, for good: a later life without a journal would take the tail for records. */
    void cutTail(Forcing forcing) throws IOException {
        if (!hasTail) {
            return;
        }
        FileHandle handle = log.acquire();
        if (handle != null) {
            try {
                if (handle.size() > sizeBytes()) {
                    handle.truncate(sizeBytes());
                    forcing.force(handle);
                }
            } finally {
                log.release();
            }
        }
        hasTail = false;
    }

    /** The largest timestamp of its records; -1 when it has none. Loads it from the time index at first. */
    long maxTimestampMs() throws IOException {
        if (maxTimestampMs == NOT_LOADED) {
            loadMaxTimestamp();
        }
        return maxTimestampMs;
    }

    /** For retention: the largest timestamp, or the segment's own age when its records have none. */
    long largestTimestampMs() throws IOException {
        long records = maxTimestampMs();
        return records >= 0 ? records : createdMs;
    }

    /** The same, but nothing is deleted on the word of an index that no checksum vouches for: then all headers are read. */
    long provenLargestTimestampMs() throws IOException {
        maxTimestampMs();
        if (timesProven) {
            return largestTimestampMs();
        }
        long records = TimesOfBatches.largestMs(this);
        long proven = records >= 0 ? records : createdMs;
        if (records > maxTimestampMs()) {
            LOG.warn("{} has younger records than its time index says", log.path());
            maxTimestampMs = records;
        }
        timesProven = true;
        return proven;
    }

    /** The last offset of the batch with the largest timestamp. */
    long maxTimestampOffset() throws IOException {
        maxTimestampMs();
        return maxTimestampOffset;
    }

    private synchronized void loadMaxTimestamp() throws IOException {
        if (maxTimestampMs == NOT_LOADED) {
            TimeIndex checked = checkedTimes();
            int relativeOffset = checked.lastRelativeOffset();
            maxTimestampOffset = baseOffset() + Math.max(0, relativeOffset);
            maxTimestampMs = times.lastTimestampMs();
        }
    }

    /** Goes on writing to a segment that was loaded without a scan. */
    void resume() throws IOException {
        loadMaxTimestamp();
        times.resume(maxTimestampMs);
    }

    /** The position of the first batch whose last offset is at least {@code offset}; the end's when there is none. */
    int positionOf(long offset, FileHandle handle, ByteBuffer scratch, long endWord) throws IOException {
        int size = sizeOf(endWord);
        if (offset >= nextOffsetOf(endWord)) {
            return size;
        }
        RecentBatches batches = recent;
        int known = batches == null ? RecentBatches.UNKNOWN : batches.startOf(offset);
        if (known != RecentBatches.UNKNOWN) {
            return Math.min(known, size);
        }
        HeaderCursor cursor = lookup.before(offset, handle, scratch, size);
        while (cursor.look()) {
            if (cursor.lastOffset() >= offset) {
                return cursor.position();
            }
            cursor.step();
        }
        return size;
    }

    /** The largest end of a batch in {@code (start, limit]}; {@code start} when the first batch is larger than that. */
    int boundaryBefore(int limit, int start, FileHandle handle, ByteBuffer scratch, int size) throws IOException {
        RecentBatches batches = recent;
        int known = batches == null ? RecentBatches.UNKNOWN : batches.boundaryBefore(limit);
        if (known != RecentBatches.UNKNOWN) {
            return Math.max(known, start);
        }
        HeaderCursor cursor = lookup.atMost(limit, handle, scratch, size);
        if (cursor.position() < start) {
            cursor = cursor(handle, scratch, start, size);
        }
        int boundary = cursor.position();
        while (cursor.look() && cursor.endPosition() <= limit) {
            boundary = cursor.endPosition();
            cursor.step();
        }
        return boundary;
    }

    boolean isCold(int start, int endPosition) {
        if (start >= Math.max(hotFrom, sizeBytes() - HOT_WINDOW_BYTES)) {
            return false;
        }
        long range = warmed;
        return start < (int) (range >>> 32) || endPosition > (int) range;
    }

    void warmed(int start, int endPosition) {
        warmed = (long) start << 32 | endPosition;
    }

    /** Forces the bytes of the log so far. */
    void force(Forcing forcing) throws IOException {
        FileHandle handle = log.acquire();
        if (handle != null) {
            try {
                forcing.force(handle);
            } finally {
                log.release();
            }
        }
        aborted.force(forcing);
    }

    boolean isSealed() {
        return sealed;
    }

    /** Completes and forces the files of a segment that is no longer appended to. */
    void seal(Forcing forcing) throws IOException {
        if (sealed) {
            return;
        }
        finishTimes();
        force(forcing);
        offsets.file().force(forcing);
        times.file().force(forcing);
        recent = null;
        timesProven = true;
        sum = new SegmentSum(
                baseOffset, sizeBytes(), times.file().checksum(), aborted.isEmpty() ? 0 : aborted.checksum());
        sealed = true;
    }

    /** What its files were when it was sealed; null when that is not known, or not the case. */
    @Nullable
    SegmentSum sum() {
        return touched && !sealed ? null : sum;
    }

    /** Of an earlier process; the time index is compared with it when it is first used. */
    void expect(SegmentSum known) {
        sum = known;
        timesExpected = true;
    }

    /** The time index, once it has been compared with its checksum; what the headers say when that does not fit. */
    TimeIndex checkedTimes() throws IOException {
        if (timesExpected) {
            checkTimes();
        }
        return times;
    }

    private synchronized void checkTimes() throws IOException {
        SegmentSum known = sum;
        if (timesExpected && known != null && times.file().checksum() != known.times()) {
            LOG.warn(
                    "{} fails its checksum; the batches say instead what is in it",
                    times.file().file().path());
            times.file().replaceInMemory(TimesOfBatches.of(this));
            timesWrong = true;
        }
        timesProven |= timesExpected;
        timesExpected = false;
    }

    /** Whether the time index was found to be wrong. */
    boolean isTimeIndexWrong() {
        return timesWrong;
    }

    /** The last time index entry of a closed segment names its largest timestamp. */
    void finishTimes() throws IOException {
        if (sizeBytes() > 0 && maxTimestampMs() >= 0) {
            times.resume();
            times.file().makeRoom();
            times.append(maxTimestampMs, (int) (maxTimestampOffset - baseOffset()));
        }
    }

    /** It was sealed by an earlier process. */
    void markSealed() {
        sealed = true;
    }

    /** Whether there is no file to close. */
    boolean isQuiet() {
        return !log.isOpen()
                && !offsets.file().file().isOpen()
                && !times.file().file().isOpen();
    }

    /** Closes files that were not used since the last call, index entries written out first; under the writer lock. */
    void closeIdle() throws IOException {
        log.closeIfIdle();
        if (log.isOpen()) {
            return;
        }
        if (recent != null) {
            recent = null;
            offsets.file().write();
            times.file().write();
        }
        offsets.file().file().closeIfIdle();
        times.file().file().closeIfIdle();
        aborted.file().closeIfIdle();
    }

    /** Closes what opening it took, so that ten thousand partitions that nobody uses hold no files; before anybody else has the segment. */
    void closeFiles() {
        log.closeIfUnused();
        offsets.file().file().closeIfUnused();
        times.file().file().closeIfUnused();
        aborted.file().closeIfUnused();
    }

    /** Whether anything was appended since it was opened. */
    boolean isTouched() {
        return touched;
    }

    /** No new reader comes in; whether there is none left. */
    boolean retire() {
        offsets.file().file().retire();
        times.file().file().retire();
        aborted.file().retire();
        return log.retire();
    }

    boolean isPinned() {
        return log.inUse();
    }

    /** Reads the whole of a range into {@code target}. */
    static void readFully(FileHandle handle, ByteBuffer target, long position) throws IOException {
        long at = position;
        while (target.hasRemaining()) {
            int read = handle.read(target, at);
            if (read < 0) {
                throw new EOFException("The segment ends at " + at + ", before what was asked for");
            }
            at += read;
        }
    }

    /**
     * Gives the files the names of another stage of compaction. The log's own comes last: it tells whether the segment is whole, and the offset
     * index, which comes first, whether the step has begun.
     */
    void renameTo(String stage) throws IOException {
        SegmentNames renamed = names.at(stage);
        offsets.file().file().rename(renamed.file(SegmentNames.INDEX));
        times.file().file().rename(renamed.file(SegmentNames.TIME_INDEX));
        aborted.file().rename(renamed.file(SegmentNames.TRANSACTION_INDEX));
        log.rename(renamed.log());
        names = renamed;
    }

    /** Forgets all index entries, to be noted again batch by batch. */
    void resetIndexes() throws IOException {
        resetOffsetsAndTimes();
        aborted.reset();
    }

    /** The same, but for the aborted transactions, of which its batches alone do not tell. */
    void resetOffsetsAndTimes() throws IOException {
        touched = true;
        sum = null;
        timesExpected = false;
        offsets.file().reset();
        times.reset();
        bytesSinceIndexEntry = 0;
        maxTimestampMs = -1;
        maxTimestampOffset = baseOffset();
    }
}
