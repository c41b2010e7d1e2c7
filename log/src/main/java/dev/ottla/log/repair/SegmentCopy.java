package dev.ottla.log.repair;

import dev.ottla.base.Files;
import dev.ottla.log.checkpoint.LeaderEpochs;
import dev.ottla.log.inspect.BatchInfo;
import dev.ottla.log.inspect.BatchScan;
import dev.ottla.log.inspect.Damage;
import dev.ottla.log.inspect.LogFile;
import dev.ottla.record.BatchHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** Writes a segment's .log anew: whole batches as they are, damage mended. */
final class SegmentCopy implements BatchScan.Visitor {
    private static final int CHUNK_BYTES = 256 << 10;

    private final LogFile from;
    private final ForcedFile to;
    private final Iterator<Mend> mends;
    private final @Nullable LeaderEpochs epochs;
    private final long recoveryPoint;
    private int epoch;

    private SegmentCopy(
            LogFile from, ForcedFile to, SegmentRepair repair, @Nullable LeaderEpochs epochs, long recoveryPoint) {
        this.from = from;
        this.to = to;
        this.mends = repair.mends().iterator();
        this.epochs = epochs;
        this.recoveryPoint = recoveryPoint;
        this.epoch = repair.bounds().previousEpoch();
    }

    /** Writes to a file that nobody reads yet, and forces it. */
    static void write(Files files, SegmentRepair repair, Path target, @Nullable LeaderEpochs epochs, long recoveryPoint)
            throws IOException {
        try (LogFile from = LogFile.open(files, repair.names().log());
                ForcedFile to = new ForcedFile(files, target)) {
            SegmentCopy copy = new SegmentCopy(from, to, repair, epochs, recoveryPoint);
            new BatchScan(from, repair.bounds()).run(copy);
            OffsetRange missing = repair.missing();
            if (missing != null) {
                copy.fill(missing);
            }
        }
    }

    /** Copies a file as it is; what the disk cannot read becomes zeros. */
    static void copy(Files files, Path source, Path target) throws IOException {
        try (LogFile from = LogFile.open(files, source);
                ForcedFile to = new ForcedFile(files, target)) {
            copy(from, 0, from.sizeBytes(), to);
        }
    }

    private static void copy(LogFile from, long position, long end, ForcedFile to) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(CHUNK_BYTES, end - position));
        long at = position;
        while (at < end) {
            chunk.clear().limit((int) Math.min(chunk.capacity(), end - at));
            from.read(chunk, at);
            at += chunk.limit();
            to.write(chunk.flip());
        }
    }

    @Override
    public void batch(BatchInfo batch) throws IOException {
        copy(from, batch.position(), batch.endPosition(), to);
        epoch = batch.leaderEpoch();
    }

    @Override
    public void damage(Damage damage) throws IOException {
        if (!mends.hasNext()) {
            throw changed();
        }
        Mend mend = mends.next();
        if (mend.damage().position() != damage.position() || mend.damage().endPosition() != damage.endPosition()) {
            throw changed();
        }
        switch (mend) {
            case Mend.Restore restore -> restore(damage, restore.batch());
            case Mend.GiveUp gone -> {
                if (gone.firstOffset() <= gone.lastOffset()) {
                    fill(new OffsetRange(gone.firstOffset(), gone.lastOffset()));
                }
            }
            case Mend.Leave left ->
                copy(from, left.damage().position(), left.damage().endPosition(), to);
        }
    }

    private IOException changed() {
        return new IOException(from.path() + " has changed since it was looked at");
    }

    private void restore(Damage damage, Damage.Restored batch) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(BatchHeader.SIZE_BYTES);
        from.read(header, damage.position());
        BatchHeader.assign(header, 0, batch.baseOffset(), batch.leaderEpoch());
        header.putInt(BatchHeader.LENGTH_AT, batch.sizeBytes() - BatchHeader.LOG_OVERHEAD_BYTES);
        header.put(BatchHeader.MAGIC_AT, BatchHeader.MAGIC_V2);
        to.write(header.flip());
        copy(from, damage.position() + BatchHeader.SIZE_BYTES, damage.endPosition(), to);
        epoch = batch.leaderEpoch();
    }

    private void fill(OffsetRange range) throws IOException {
        for (ByteBuffer batch : EmptyBatches.covering(range, epochs, epoch, recoveryPoint)) {
            to.write(batch);
            epoch = BatchHeader.leaderEpoch(batch, 0);
        }
    }
}
