package dev.ottla.log;

/**
 * The broker's settings for compaction, by Kafka's names and defaults.
 *
 * @param enabled log.cleaner.enable
 * @param threads log.cleaner.threads
 * @param dedupeBufferBytes log.cleaner.dedupe.buffer.size: for the offset maps of all threads, taken only while they clean
 * @param loadFactor log.cleaner.io.buffer.load.factor: how full an offset map may get
 * @param ioBufferBytes log.cleaner.io.buffer.size: for reading and writing, of all threads
 * @param maxIoBytesPerSecond log.cleaner.io.max.bytes.per.second: of reading and writing, of all threads
 * @param backoffMs log.cleaner.backoff.ms: how long a thread rests when there is nothing to clean
 */
public record CompactionSettings(
        boolean enabled,
        int threads,
        long dedupeBufferBytes,
        double loadFactor,
        int ioBufferBytes,
        double maxIoBytesPerSecond,
        long backoffMs) {
    private static final CompactionSettings DEFAULTS =
            new CompactionSettings(true, 1, 134_217_728, 0.9, 524_288, Double.MAX_VALUE, 15_000);

    private static final int MIN_BUFFER_BYTES = 4096;

    /** Apache Kafka 4.3.1's defaults. */
    public static CompactionSettings defaults() {
        return DEFAULTS;
    }

    long mapBytesPerThread() {
        return dedupeBufferBytes / Math.max(1, threads);
    }

    /** For reading, and as much for writing. */
    int bufferBytesPerThread() {
        return Math.max(MIN_BUFFER_BYTES, ioBufferBytes / Math.max(1, threads) / 2);
    }
}
