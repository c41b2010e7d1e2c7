package dev.ottla.log;

import dev.ottla.base.FileHandle;
import dev.ottla.base.Files;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A run of batches in one .log file with its indexes. What a reader may see ends at {@link #end}; it is published after the bytes are written. The
 * log's writer appends; storage threads seal it once it is no longer active.
 *
 * <pre>
 * active --roll--> closed --seal--> sealed --retire (delete, truncate, close)--> retired
 * </pre>
 */
final class Segment {
    /**
     * Bytes behind the tail that this process wrote and that are taken to be in the page cache still: a hundredth of the machine's memory, of which the
     * launcher gives an eighth to the heap, within bounds.
     */
    private static final int HOT_WINDOW_BYTES =
            (int) Math.clamp(Runtime.getRuntime().maxMemory() / 16, 64L << 20, 512L << 20);

    private final long baseOffset;
    private final SegmentFiles files;
    private final PositionLookup lookup;
    private final SegmentTimes times;
    private final int hotFrom;
    private final long rollJitterMs;

    /** Upper half: the next offset relative to the base; lower half: the size in bytes. One word, so that readers see both as of one moment. */
    private volatile long end;

    private volatile long warmed;
    private volatile boolean sealed;
    private volatile boolean touched;
    private volatile @Nullable SegmentSum sum;

    /** How long the file may be beyond the segment's end, 0 when it is not; of a log that is being recovered. */
    private int tailEnd;

    private int bytesSinceIndexEntry;

    Segment(Files files, SegmentNames names, SegmentState state, boolean create) {
        this.baseOffset = names.baseOffset();
        this.files = new SegmentFiles(files, names, state, create);
        this.lookup = new PositionLookup(this.files.offsets(), this.files.log(), baseOffset);
        this.times = new SegmentTimes(this, this.files.times(), state.createdMs(), state.sizeBytes() == 0);
        this.end = pack(0, state.sizeBytes());
        this.hotFrom = state.sizeBytes();
        this.rollJitterMs = state.rollJitterMs();
    }

    long baseOffset() {
        return baseOffset;
    }

    SegmentNames names() {
        return files.names();
    }

    SegmentFiles files() {
        return files;
    }

    SharedFile file() {
        return files.log();
    }

    OffsetIndex offsets() {
        return files.offsets();
    }

    PositionLookup lookup() {
        return lookup;
    }

    /** Over the batches from {@code position} on. */
    HeaderCursor cursor(FileHandle handle, ByteBuffer scratch, int position, int limit) {
        return new HeaderCursor(handle, scratch, position, limit, file().path(), baseOffset);
    }

    SegmentTimes times() {
        return times;
    }

    TransactionIndex aborted() {
        return files.aborted();
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

    /** Whether an append of so much must go to a new segment (Kafka's rules). */
    boolean mustRoll(LogConfig config, int batchBytes, long lastOffset, long batchMaxTimestampMs, long nowMs) {
        int size = sizeBytes();
        if (size == 0) {
            return false;
        }
        return size > config.segmentBytes() - batchBytes
                || times.spanMs(batchMaxTimestampMs, nowMs) > config.rollMs() - Math.min(rollJitterMs, config.rollMs())
                || files.offsets().isFull(config.segmentIndexBytes())
                || files.times().isFull(config.segmentIndexBytes())
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
        files.makeRoomInIndexes();
        FileHandle handle = file().acquire();
        if (handle == null) {
            throw new IOException("Segment " + file().path() + " is retired");
        }
        try {
            handle.write(batch.duplicate(), size);
        } finally {
            file().release();
        }
        note(lastOffset, batchMaxTimestampMs, size, bytes, indexIntervalBytes);
        lookup.appended(lastOffset, size + bytes);
        end = pack(lastOffset + 1 - baseOffset(), size + bytes);
    }

    /** Indexes and timestamps of a batch at {@code position}, whether appended or found by recovery. */
    void note(long lastOffset, long batchMaxTimestampMs, int position, int bytes, int indexIntervalBytes) {
        times.note(lastOffset, batchMaxTimestampMs, position == 0);
        if (bytesSinceIndexEntry > indexIntervalBytes) {
            files.offsets().append((int) (lastOffset - baseOffset()), position);
            times.enter();
            bytesSinceIndexEntry = 0;
        }
        bytesSinceIndexEntry += bytes;
    }

    /** Cuts what a failed append may have left behind. */
    void undo() throws IOException {
        FileHandle handle = file().acquire();
        if (handle != null) {
            try {
                handle.truncate(sizeBytes());
            } finally {
                file().release();
            }
        }
    }

    /**
     * What the file has beyond the end stays there until {@link #cutTail}: the journal is about to write the same bytes again, and to cut the file first
     * takes longer than all else in a recovery.
     */
    void leaveTail(int fileBytes) {
        tailEnd = fileBytes;
    }

    /** The file ends where the segment does, for good: a later life without a journal would take the tail for records. */
    void cutTail(Forcing forcing) throws IOException {
        if (tailEnd <= sizeBytes()) {
            return;
        }
        FileHandle handle = file().acquire();
        if (handle != null) {
            try {
                handle.truncate(sizeBytes());
                forcing.force(handle);
            } finally {
                file().release();
            }
        }
        files.dropForgottenIndexes();
        tailEnd = 0;
    }

    /** The position of the first batch whose last offset is at least {@code offset}; the end's when there is none. */
    int positionOf(long offset, FileHandle handle, ByteBuffer scratch, long endWord) throws IOException {
        int size = sizeOf(endWord);
        return offset >= nextOffsetOf(endWord) ? size : lookup.firstReaching(offset, handle, scratch, size);
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
        FileHandle handle = file().acquire();
        if (handle != null) {
            try {
                forcing.force(handle);
            } finally {
                file().release();
            }
        }
        files.aborted().force(forcing);
    }

    boolean isSealed() {
        return sealed;
    }

    /** Completes and forces the files of a segment that is no longer appended to. */
    void seal(Forcing forcing) throws IOException {
        if (sealed) {
            return;
        }
        times.finish();
        force(forcing);
        files.forceIndexes(forcing);
        lookup.forgetRecent();
        times.sealed();
        TransactionIndex aborted = files.aborted();
        sum = new SegmentSum(
                baseOffset, sizeBytes(), files.times().file().checksum(), aborted.isEmpty() ? 0 : aborted.checksum());
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
        times.expect(known.times());
    }

    /** It was sealed by an earlier process. */
    void markSealed() {
        sealed = true;
    }

    /** Closes files that were not used since the last call, index entries written out first; under the writer lock. */
    void closeIdle() throws IOException {
        file().closeIfIdle();
        if (file().isOpen()) {
            return;
        }
        if (lookup.forgetRecent()) {
            files.writeIndexes();
        }
        files.closeIdleIndexes();
    }

    /** Whether anything was appended since it was opened. */
    boolean isTouched() {
        return touched;
    }

    /** No new reader comes in; whether there is none left. */
    boolean retire() {
        return files.retire();
    }

    boolean isPinned() {
        return file().inUse();
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

    /** Forgets all index entries, to be noted again batch by batch. */
    void resetIndexes() throws IOException {
        resetOffsetsAndTimes();
        files.aborted().reset();
    }

    /** The same, but for the aborted transactions, of which its batches alone do not tell. */
    void resetOffsetsAndTimes() throws IOException {
        touched = true;
        sum = null;
        files.offsets().file().reset();
        times.reset();
        bytesSinceIndexEntry = 0;
    }
}
