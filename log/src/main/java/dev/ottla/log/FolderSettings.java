package dev.ottla.log;

import java.nio.file.Path;

/**
 * The broker's settings for one data folder.
 *
 * @param folder an entry of log.dirs
 * @param recoveryThreads num.recovery.threads.per.data.dir
 * @param storageThreads threads for forces, rolls, retention and checkpoints
 * @param retentionCheckIntervalMs log.retention.check.interval.ms
 * @param checkpointIntervalMs log.flush.offset.checkpoint.interval.ms
 * @param highWatermarkCheckpointIntervalMs replica.high.watermark.checkpoint.interval.ms
 * @param producerIdExpirationMs producer.id.expiration.ms
 * @param producerIdExpirationCheckIntervalMs producer.id.expiration.check.interval.ms
 * @param idleCloseMs files that nobody used for this long are closed, and opened again when needed
 * @param journalMaxBytes ottla.journal.max.bytes: how large the folder's journal may grow; 0 for no journal
 */
public record FolderSettings(
        Path folder,
        int recoveryThreads,
        int storageThreads,
        long retentionCheckIntervalMs,
        long checkpointIntervalMs,
        long highWatermarkCheckpointIntervalMs,
        long producerIdExpirationMs,
        long producerIdExpirationCheckIntervalMs,
        long idleCloseMs,
        long journalMaxBytes) {
    private static final int LEAST_AT_ONCE = 8;

    /** Threads that open, recover, force and close partitions: not fewer than this however few are asked for, since forces that wait together share a commit of the file system. */
    int partitionsAtOnce() {
        return Math.max(recoveryThreads, LEAST_AT_ONCE);
    }

    /** With a journal of its own. */
    public FolderSettings withJournal(long newJournalMaxBytes) {
        return new FolderSettings(
                folder,
                recoveryThreads,
                storageThreads,
                retentionCheckIntervalMs,
                checkpointIntervalMs,
                highWatermarkCheckpointIntervalMs,
                producerIdExpirationMs,
                producerIdExpirationCheckIntervalMs,
                idleCloseMs,
                newJournalMaxBytes);
    }

    /** Apache Kafka 4.3.1's defaults, and no journal. */
    public static FolderSettings defaults(Path folder) {
        return new FolderSettings(folder, 2, 2, 300_000, 60_000, 5_000, 86_400_000, 600_000, 60_000, 0);
    }
}
