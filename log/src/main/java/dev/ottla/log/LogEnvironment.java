package dev.ottla.log;

import dev.ottla.base.Clock;
import dev.ottla.base.Files;
import dev.ottla.base.RandomSource;
import java.io.IOException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What the logs of a data folder share.
 *
 * @param journal null when the folder has none: then an append is acknowledged from the page cache
 */
record LogEnvironment(
        FolderSettings settings,
        Files files,
        Clock clock,
        RandomSource random,
        Executor storage,
        FolderHealth health,
        DelayedDeletes deletes,
        Checkpoints checkpoints,
        FolderVolume volume,
        Ballast ballast,
        @Nullable FolderJournal journal) {
    /** Below this many free bytes appends are refused: journal, checkpoints, snapshots and deletions still find room then. */
    static final long RESERVE_BYTES = 16L << 20;

    /** Up to segment.jitter.ms, for a new segment. */
    long rollJitterMs(LogConfig config) {
        if (config.segmentJitterMs() <= 0) {
            return 0;
        }
        return Math.floorMod(randomLong(), config.segmentJitterMs());
    }

    /** Refuses appends while there is too little room, so that what must be written on a full disk still can be; may block. */
    void lookAtRoom() throws IOException {
        long usable = files.usableBytes(settings.folder());
        health.nearlyFull(usable < RESERVE_BYTES);
    }

    /** As {@link #lookAtRoom}, and makes the ballast again; for a thread that does nothing else. */
    void lookAtRoomAndBallast() throws IOException {
        lookAtRoom();
        ballast.restore(files.usableBytes(settings.folder()));
    }

    long randomLong() {
        synchronized (random) {
            return random.nextLong();
        }
    }
}
