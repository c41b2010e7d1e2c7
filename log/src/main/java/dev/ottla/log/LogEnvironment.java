package dev.ottla.log;

import dev.ottla.base.Clock;
import dev.ottla.base.Files;
import dev.ottla.base.RandomSource;
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
        @Nullable FolderJournal journal) {
    /** Up to segment.jitter.ms, for a new segment. */
    long rollJitterMs(LogConfig config) {
        if (config.segmentJitterMs() <= 0) {
            return 0;
        }
        return Math.floorMod(randomLong(), config.segmentJitterMs());
    }

    long randomLong() {
        synchronized (random) {
            return random.nextLong();
        }
    }
}
