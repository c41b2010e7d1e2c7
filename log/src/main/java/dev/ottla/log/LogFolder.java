package dev.ottla.log;

import dev.ottla.base.Clock;
import dev.ottla.base.Files;
import dev.ottla.base.RandomSource;
import dev.ottla.base.TopicPartition;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One data folder (an entry of log.dirs): the logs in it, their checkpoints, and the storage threads that force, roll, retain and delete.
 * Once a force or write has failed, the whole folder is failed for good (S5): everything answers KAFKA_STORAGE_ERROR until a restart.
 */
public final class LogFolder {
    LogFolder() {}

    /**
     * Takes the folder for this process (creating it), removes the clean-shutdown mark, loads every partition in parallel, recovering those
     * that were not closed cleanly, and starts the periodic work. Blocks until all that is done.
     *
     * @param configs the settings of a partition that is found
     * @throws IOException when the folder cannot be used
     * @throws dev.ottla.base.OttlaException KAFKA_STORAGE_ERROR when another process holds it
     */
    public static LogFolder open(
            FolderSettings settings,
            Function<TopicPartition, LogConfig> configs,
            Files files,
            Clock clock,
            RandomSource random)
            throws IOException {
        return Pending.value();
    }

    public Path path() {
        return Pending.value();
    }

    /** Whether the last process to hold the folder closed it in order. A first start counts as clean. */
    public boolean startedClean() {
        return Pending.value();
    }

    /** The broker epoch that the last clean close left; -1 when there is none. */
    public long previousBrokerEpoch() {
        return Pending.value();
    }

    /** Creates a partition's folder and its first segment, durably. Blocks. The log that is there already, when there is one. */
    public PartitionLog create(TopicPartition partition, LogConfig config) {
        return Pending.value();
    }

    /** Null when there is none. */
    public @Nullable PartitionLog get(TopicPartition partition) {
        return Pending.value();
    }

    /** All logs, those that are offline included. */
    public List<PartitionLog> logs() {
        return Pending.value();
    }

    /**
     * Deletes a partition: its folder is renamed durably before this returns, its files go after file.delete.delay.ms and not before the last
     * reader has let go. Nothing happens when there is none. Blocks.
     */
    public void delete(TopicPartition partition) {
        Pending.<Object>value();
    }

    /** Sets a partition that the metadata does not know aside, renamed to {@code -stray}, kept for a person to judge. Blocks. */
    public void setAside(TopicPartition partition) {
        Pending.<Object>value();
    }

    /** Why the folder is failed; null while it works. */
    public @Nullable String failure() {
        return Pending.value();
    }

    /** Called once with the reason when the folder fails, on the thread that found out; at once when it has failed already. */
    public void onFailure(Consumer<String> listener) {
        Pending.<Object>value();
    }

    public long usableBytes() {
        return Pending.value();
    }

    public long totalBytes() {
        return Pending.value();
    }

    /** Writes the recovery points, log starts and high watermarks now. Blocks. */
    public void checkpoint() {
        Pending.<Object>value();
    }

    /**
     * Forces and closes every log, writes checkpoints and snapshots and, last, the clean-shutdown mark; lets the folder go. A failed folder
     * gets no mark. Blocks.
     *
     * @param brokerEpoch goes into the mark; -1 when there is none
     */
    public void close(long brokerEpoch) {
        Pending.<Object>value();
    }
}
