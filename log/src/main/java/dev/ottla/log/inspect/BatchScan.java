package dev.ottla.log.inspect;

import dev.ottla.record.BatchHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Walks a .log file from its beginning, checks every batch and goes on behind what is damaged. The base offset, the length, the epoch and the
 * magic of a batch lie outside of its checksum: they are held against the batches before and after. Bounded in memory, and in work: see
 * {@link Resync}.
 */
public final class BatchScan {
    static final int NO_EPOCH = -1;

    private final LogFile file;
    private final Bounds bounds;
    private final Resync resync;
    private long position;
    private long next;
    private int epoch;

    /**
     * What is known of a segment from outside of its .log file.
     *
     * @param endOffset its offsets lie below; Long.MAX_VALUE when that is not known
     * @param previousEpoch of the last batch before it; -1 when that is not known
     * @param followingEpoch of the first batch after it; Integer.MAX_VALUE when that is not known
     */
    public record Bounds(long baseOffset, long endOffset, int previousEpoch, int followingEpoch) {
        public static Bounds from(long baseOffset) {
            return new Bounds(baseOffset, Long.MAX_VALUE, NO_EPOCH, Integer.MAX_VALUE);
        }
    }

    /** What is told of the file, in its order. */
    public interface Visitor {
        void batch(BatchInfo batch) throws IOException;

        void damage(Damage damage) throws IOException;
    }

    public BatchScan(LogFile file, Bounds bounds) {
        this.file = file;
        this.bounds = bounds;
        this.resync = new Resync(file, bounds);
        this.next = bounds.baseOffset();
        this.epoch = bounds.previousEpoch();
    }

    public void run(Visitor visitor) throws IOException {
        while (position < file.sizeBytes()) {
            String problem = problem();
            if (problem == null) {
                BatchInfo batch = info(position);
                position = batch.endPosition();
                next = batch.lastOffset() + 1;
                epoch = batch.leaderEpoch();
                visitor.batch(batch);
            } else {
                Damage damage = damage(problem);
                position = damage.endPosition();
                Damage.Restored restored = damage.restored();
                if (restored != null) {
                    epoch = restored.leaderEpoch();
                }
                next = Math.max(next, damage.lastOffset() + 1);
                visitor.damage(damage);
            }
        }
    }

    /** After the last batch, whole or not. */
    public long nextOffset() {
        return next;
    }

    /** Of the last whole batch; -1 when there was none. */
    public int lastEpoch() {
        return epoch;
    }

    private BatchInfo info(long batchAt) throws IOException {
        int at = file.at(batchAt, BatchHeader.SIZE_BYTES);
        return BatchInfo.of(file.window(), at, batchAt);
    }

    private @Nullable String problem() throws IOException {
        long left = file.sizeBytes() - position;
        if (left < BatchHeader.SIZE_BYTES) {
            return "a batch header is cut off";
        }
        int at = file.at(position, BatchHeader.SIZE_BYTES);
        ByteBuffer window = file.window();
        long size = Resync.sizeAt(window, at);
        if (size < BatchHeader.SIZE_BYTES || BatchHeader.magic(window, at) != BatchHeader.MAGIC_V2) {
            return "there is no batch";
        }
        if (size > left) {
            return "a batch is cut off";
        }
        int expected = BatchHeader.crc(window, at);
        if (file.crcOf(position, size) != expected) {
            return "a batch fails its CRC";
        }
        return misplaced(info(position));
    }

    /** What the neighbours say against the fields outside of the checksum. */
    private @Nullable String misplaced(BatchInfo batch) throws IOException {
        String offsets = "offset " + batch.baseOffset() + " where " + next + " should follow";
        if (batch.baseOffset() < next
                || batch.lastOffsetDelta() < 0
                || batch.lastOffset() >= bounds.endOffset()
                || batch.lastOffset() - bounds.baseOffset() > Integer.MAX_VALUE) {
            return offsets;
        }
        if (batch.baseOffset() == next && batch.leaderEpoch() == epoch) {
            return null;
        }
        BatchInfo after = wholeFrom(batch.endPosition());
        if (after != null
                && after.baseOffset() <= batch.lastOffset()
                && after.baseOffset() > next + batch.lastOffsetDelta()) {
            return offsets;
        }
        return misplacedEpoch(batch.leaderEpoch(), after == null ? bounds.followingEpoch() : after.leaderEpoch());
    }

    /** The first whole batch at a position or behind it; null when there is none. */
    private @Nullable BatchInfo wholeFrom(long from) throws IOException {
        BatchInfo there = resync.wholeAt(from, next);
        if (there != null || from >= file.sizeBytes()) {
            return there;
        }
        long found = resync.next(from, next);
        return found < file.sizeBytes() ? info(found) : null;
    }

    /** Epochs rise. Of two that do not, the one that the third agrees with is right. */
    private @Nullable String misplacedEpoch(int here, int after) {
        if (here > after && after >= epoch) {
            return "epoch " + here + " before epoch " + after;
        }
        return here < epoch && after >= epoch ? "epoch " + here + " after epoch " + epoch : null;
    }

    private Damage damage(String problem) throws IOException {
        long claimed = claimedBytes();
        long end = claimed > 0 && isContentOf(claimed) ? position + claimed : resync.next(position, next);
        BatchInfo after = wholeFrom(end);
        long following = after == null ? bounds.endOffset() : after.baseOffset();
        Damage.Restored restored = restored(end - position, following, after);
        long last = following == Long.MAX_VALUE ? next - 1 : following - 1;
        if (restored != null) {
            last = restored.baseOffset() + BatchHeader.lastOffsetDelta(file.window(), header());
        }
        return new Damage(position, end, next, last, problem, restored);
    }

    /** What the length field says; -1 when that cannot be. */
    private long claimedBytes() throws IOException {
        long left = file.sizeBytes() - position;
        long size = left < BatchHeader.SIZE_BYTES ? -1 : Resync.sizeAt(file.window(), header());
        return size >= BatchHeader.SIZE_BYTES && size <= left ? size : -1;
    }

    /** Whether so many bytes have the checksum in their header. */
    private boolean isContentOf(long bytes) throws IOException {
        int expected = BatchHeader.crc(file.window(), header());
        return file.crcOf(position, bytes) == expected;
    }

    private int header() throws IOException {
        return file.at(position, BatchHeader.SIZE_BYTES);
    }

    /** Takes all the bytes for one batch: when its checksum is right, the rest of its header can be put right. */
    private Damage.@Nullable Restored restored(long size, long following, @Nullable BatchInfo after)
            throws IOException {
        if (size < BatchHeader.SIZE_BYTES || size > Integer.MAX_VALUE) {
            return null;
        }
        int at = header();
        int expected = BatchHeader.crc(file.window(), at);
        int delta = BatchHeader.lastOffsetDelta(file.window(), at);
        long base = BatchHeader.baseOffset(file.window(), at);
        int headerEpoch = BatchHeader.leaderEpoch(file.window(), at);
        if (delta < 0 || file.crcOf(position, size) != expected) {
            return null;
        }
        boolean fitsExactly = next + delta + 1 == following;
        if (fitsExactly || (following == Long.MAX_VALUE && base < next)) {
            base = next;
        }
        if (base < next || base > Long.MAX_VALUE - delta - 1 || base + delta >= following) {
            return null;
        }
        int above = after == null ? bounds.followingEpoch() : after.leaderEpoch();
        return new Damage.Restored(base, (int) size, restoredEpoch(headerEpoch, above));
    }

    private int restoredEpoch(int header, int above) {
        if (header >= Math.max(epoch, 0) && (header <= above || above < epoch)) {
            return header;
        }
        return epoch >= 0 || above == Integer.MAX_VALUE ? Math.max(epoch, 0) : above;
    }
}
