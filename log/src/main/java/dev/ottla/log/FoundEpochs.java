package dev.ottla.log;

import dev.ottla.base.Files;
import dev.ottla.base.TopicPartition;
import dev.ottla.log.checkpoint.LeaderEpochs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The leader epochs of a log that is being loaded: what its checksums or its file tell, and then what its batches add. */
final class FoundEpochs {
    private static final Logger LOG = LoggerFactory.getLogger(FoundEpochs.class);

    private final TopicPartition partition;
    private final @Nullable PartitionSums sums;
    private final long forcedBelow;
    private final @Nullable LeaderEpochs written;
    private LeaderEpochs epochs;

    private FoundEpochs(
            TopicPartition partition,
            @Nullable PartitionSums sums,
            long forcedBelow,
            @Nullable LeaderEpochs written,
            LeaderEpochs epochs) {
        this.partition = partition;
        this.sums = sums;
        this.forcedBelow = forcedBelow;
        this.written = written;
        this.epochs = epochs;
    }

    /** Of a log where nothing is known of them but what its batches tell. */
    static FoundEpochs none(TopicPartition partition) {
        return new FoundEpochs(partition, null, 0, null, LeaderEpochs.EMPTY);
    }

    /** @param sums checksums that can be relied on; null when there are none */
    static FoundEpochs read(
            Files files, TopicPartition partition, FolderListing found, @Nullable PartitionSums sums, LoadFrom from)
            throws IOException {
        LeaderEpochs written = read(files, found, sums);
        LeaderEpochs known = sums == null ? written : sums.epochs();
        return new FoundEpochs(
                partition,
                sums,
                from.cut() ? from.recoveryPoint() : 0,
                written,
                known == null ? LeaderEpochs.EMPTY : known);
    }

    /** Null when the file is missing or unreadable: the epochs are rebuilt from the batches then. */
    private static @Nullable LeaderEpochs read(Files files, FolderListing found, @Nullable PartitionSums known)
            throws IOException {
        if (!found.has(LeaderEpochs.FILE)) {
            return null;
        }
        Path file = found.folder().resolve(LeaderEpochs.FILE);
        try {
            byte[] content = files.readAll(file);
            // What they are nearly always is cheaper to compare than to read.
            if (known != null && Arrays.equals(content, known.epochs().encode())) {
                return known.epochs();
            }
            return LeaderEpochs.decode(content);
        } catch (IOException unreadable) {
            LOG.warn("Cannot read {}; it is rebuilt from the segments", file, unreadable);
            return null;
        }
    }

    /** Whether only the batches tell of them. */
    boolean areMissing() {
        return sums == null && written == null;
    }

    /** No CRC covers a batch's epoch; below the recovery point the checksums' epochs do. */
    void require(Segment segment, int position, long firstOffset, int leaderEpoch) throws DamagedLogException {
        if (sums == null || firstOffset >= forcedBelow || leaderEpoch == LeaderEpochs.NONE) {
            return;
        }
        int known = sums.epochs().at(firstOffset);
        if (known >= 0 && known != leaderEpoch) {
            throw DamagedLogException.byChecksums(
                    "A batch of leader epoch " + leaderEpoch + " where " + known + " was written, at position "
                            + position + " of " + segment.names().log(),
                    partition.folderName());
        }
    }

    void assign(int leaderEpoch, long firstOffset) {
        epochs = epochs.assign(leaderEpoch, firstOffset);
    }

    void trim(LogBounds bounds) {
        epochs = epochs.truncateFromEnd(bounds.end()).truncateFromStart(bounds.start());
    }

    LeaderEpochs now() {
        return epochs;
    }

    /** Whether their file says the same. */
    boolean areWritten() {
        return epochs.equals(written);
    }

    /** What their file says. */
    LeaderEpochs written() {
        if (areWritten()) {
            return epochs;
        }
        return written == null ? LeaderEpochs.EMPTY : written;
    }
}
