package dev.ottla.log;

import dev.ottla.base.Clock;
import dev.ottla.base.Files;
import dev.ottla.base.RandomSource;
import java.util.concurrent.Executor;

/** What the logs of a data folder share. */
record LogEnvironment(
        FolderSettings settings,
        Files files,
        Clock clock,
        RandomSource random,
        Executor storage,
        FolderHealth health,
        DelayedDeletes deletes,
        Checkpoints checkpoints) {
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
