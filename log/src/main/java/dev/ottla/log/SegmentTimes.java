package dev.ottla.log;

import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The timestamps of a segment: the largest, with the offset that has it, the first, and the time index, whose word is compared with its checksum
 * before it is first taken, and with the batches where no checksum vouches for it.
 */
final class SegmentTimes {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentTimes.class);
    private static final long NOT_LOADED = Long.MIN_VALUE;

    private final Segment segment;
    private final TimeIndex index;
    private final long createdMs;
    private final Object raising = new Object();

    private volatile long largestMs;
    private volatile long offsetOfLargest;
    private long firstMs = -1;

    /** What the index is to be compared with before it is used; read while {@link #toBeChecked}. */
    private int checksum;

    private volatile boolean toBeChecked;
    private volatile boolean wrong;
    /** Whether {@link #largestMs} is the batches' own word: this process noted them all, or a checksum or a look at them says so. */
    private volatile boolean proven;

    /** @param createdMs when the segment began, by the broker's clock; of one that was loaded, when that was */
    SegmentTimes(Segment segment, TimeIndex index, long createdMs, boolean empty) {
        this.segment = segment;
        this.index = index;
        this.createdMs = createdMs;
        this.largestMs = empty ? -1 : NOT_LOADED;
        this.proven = empty;
        this.offsetOfLargest = segment.baseOffset();
    }

    long createdMs() {
        return createdMs;
    }

    TimeIndex index() {
        return index;
    }

    /** Of the first batch, found by who loaded the segment. */
    void first(long timestampMs) {
        firstMs = timestampMs;
    }

    /** How long the segment has been written to, for a roll: by its records' time where they have one, else by the broker's. */
    long spanMs(long batchMaxTimestampMs, long nowMs) {
        return firstMs >= 0 ? batchMaxTimestampMs - firstMs : nowMs - createdMs;
    }

    void note(long lastOffset, long batchMaxTimestampMs, boolean firstBatch) {
        if (batchMaxTimestampMs > largestMs) {
            raise(batchMaxTimestampMs, lastOffset);
        }
        if (firstBatch) {
            firstMs = batchMaxTimestampMs;
        }
    }

    /** Retention may come with what it found in the batches while the writer comes with a new one. */
    private void raise(long timestampMs, long offset) {
        synchronized (raising) {
            if (timestampMs > largestMs) {
                offsetOfLargest = offset;
                largestMs = timestampMs;
            }
        }
    }

    /** An entry for what was noted so far. */
    void enter() {
        index.append(largestMs, (int) (offsetOfLargest - segment.baseOffset()));
    }

    /** The last entry of a closed segment names its largest timestamp. */
    void finish() throws IOException {
        if (segment.sizeBytes() > 0 && largestMs() >= 0) {
            index.resume();
            index.file().makeRoom();
            enter();
        }
    }

    /** Goes on writing to the index of a segment that was loaded without a scan. */
    void resume() throws IOException {
        index.resume(largestMs());
    }

    void reset() {
        toBeChecked = false;
        index.reset();
        largestMs = -1;
        offsetOfLargest = segment.baseOffset();
        // Every batch is noted again.
        proven = true;
    }

    /** Of the records; -1 when there are none. Loads it from the index at first. */
    long largestMs() throws IOException {
        if (largestMs == NOT_LOADED) {
            load();
        }
        return largestMs;
    }

    /** The last offset of the batch with the largest timestamp. */
    long offsetOfLargest() throws IOException {
        largestMs();
        return offsetOfLargest;
    }

    private synchronized void load() throws IOException {
        if (largestMs == NOT_LOADED) {
            TimeIndex.Entry last = checkedIndex().last();
            offsetOfLargest = segment.baseOffset() + Math.max(0, last.relativeOffset());
            largestMs = last.timestampMs();
        }
    }

    /** For retention: the largest timestamp, or the segment's own age when its records have none. */
    long youngestMs() throws IOException {
        return orCreated(largestMs());
    }

    /** The same, but nothing is deleted on the word of an index that no checksum vouches for: then all headers are read. */
    long provenYoungestMs() throws IOException {
        if (!proven) {
            prove();
        }
        return youngestMs();
    }

    private void prove() throws IOException {
        largestMs();
        TimesOfBatches.Largest found = TimesOfBatches.largest(segment);
        // What was noted while the batches were read counts, too.
        if (found.timestampMs() > largestMs) {
            LOG.warn(
                    "{} has younger records than its time index says",
                    segment.file().path());
            raise(found.timestampMs(), found.lastOffset());
        }
        proven = true;
    }

    private long orCreated(long records) {
        return records >= 0 ? records : createdMs;
    }

    /** The index was written by this process. */
    void sealed() {
        proven = true;
    }

    /** What the index was when the segment was sealed by an earlier process. */
    void expect(int knownChecksum) {
        checksum = knownChecksum;
        toBeChecked = true;
    }

    /** Compares the index with that now, and then no more. */
    boolean isAsExpected() throws IOException {
        if (index.file().checksum() != checksum) {
            return false;
        }
        proven = true;
        toBeChecked = false;
        return true;
    }

    /** The index, once it has been compared with its checksum; what the headers say when that does not fit. */
    TimeIndex checkedIndex() throws IOException {
        if (toBeChecked) {
            check();
        }
        return index;
    }

    private synchronized void check() throws IOException {
        if (!toBeChecked) {
            return;
        }
        if (index.file().checksum() != checksum) {
            LOG.warn(
                    "{} fails its checksum; the batches say instead what is in it",
                    index.file().file().path());
            index.file().replaceInMemory(TimesOfBatches.of(segment));
            wrong = true;
        }
        proven = true;
        toBeChecked = false;
    }

    /** Whether the index was found to be wrong. */
    boolean isIndexWrong() {
        return wrong;
    }
}
