package dev.ottla.replication;

import dev.ottla.base.DirectoryId;
import dev.ottla.base.OttlaException;
import dev.ottla.base.TopicPartition;
import dev.ottla.log.LogFolder;
import dev.ottla.log.PartitionLog;
import dev.ottla.metadata.ClusterImage;
import dev.ottla.metadata.PartitionImage;
import dev.ottla.metadata.TopicImage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the folders and the metadata together at a start, before anything is served. The metadata decides; what a crash left half done is
 * finished or undone by its word:
 *
 * <ul>
 *   <li>the home has a complete copy and no log: the crash came between the metadata's decision and the renaming, so the copy is the log;
 *   <li>the home has the log, and another folder has one too: that one was copied from, and goes;
 *   <li>the home works and has nothing, another folder has the log: somebody moved it by hand, and the metadata is told;
 *   <li>the home does not work: its partitions wait for it, whatever else is found.
 * </ul>
 */
public final class ReplicaHomes {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicaHomes.class);

    private final int brokerId;
    private final DataFolders folders;
    private final ClusterImage image;

    /** A replica whose home is to be recorded. */
    public record Found(TopicPartition partition, DirectoryId from, DirectoryId to) {}

    public ReplicaHomes(int brokerId, DataFolders folders, ClusterImage image) {
        this.brokerId = brokerId;
        this.folders = folders;
        this.image = image;
    }

    /** Finishes interrupted moves on the disks. Blocks. */
    public void settle() {
        for (DataFolder folder : folders.all()) {
            LogFolder logs = folder.works() ? folder.logs() : null;
            if (logs != null) {
                logs.futures().left().forEach(partition -> settleCopy(folder, logs, partition));
            }
        }
        if (folders.all().size() == 1) {
            // No log is in another folder than its home.
            return;
        }
        for (DataFolder folder : folders.all()) {
            LogFolder logs = folder.works() ? folder.logs() : null;
            if (logs != null) {
                logs.logs().forEach(log -> releaseOld(folder, logs, log));
            }
        }
    }

    private void settleCopy(DataFolder folder, LogFolder logs, TopicPartition partition) {
        PartitionImage known = known(partition);
        if (known == null) {
            logs.futures().drop(partition);
            return;
        }
        boolean isHome = known.directoryOf(brokerId).equals(folder.id());
        if (isHome && logs.get(partition) == null && logs.futures().isComplete(partition)) {
            DataFolder old = folders.holding(partition);
            PartitionLog source =
                    old == null || old.logs() == null ? null : old.logs().get(partition);
            try {
                logs.adopt(
                        partition, source == null ? PartitionSettings.defaults().log() : source.config(), false);
                LOG.info("{} has moved to {}, which a stop had cut short", partition, folder.path());
            } catch (OttlaException e) {
                LOG.error("{} cannot be taken over in {}: {}", partition, folder.path(), e.getMessage());
            }
        } else if (isHome) {
            logs.futures().drop(partition);
        }
    }

    private void releaseOld(DataFolder folder, LogFolder logs, PartitionLog log) {
        TopicPartition partition = log.topicPartition();
        PartitionImage known = known(partition);
        if (known == null || known.directoryOf(brokerId).equals(folder.id())) {
            return;
        }
        LogFolder home = folders.logsOf(known.directoryOf(brokerId));
        if (home != null && home.get(partition) != null) {
            LOG.info("{} is in {} now: its old log in {} goes", partition, home.path(), folder.path());
            logs.release(partition);
        }
    }

    /** The replicas that the metadata does not have where they are, or nowhere yet. Blocks on nothing. */
    public List<Found> found() {
        List<Found> found = new ArrayList<>();
        for (TopicImage topic : image.topics().values()) {
            for (PartitionImage partition : topic.partitions()) {
                if (partition.replicas().contains(brokerId)) {
                    TopicPartition id = topic.topicPartition(partition.partition());
                    DirectoryId recorded = partition.directoryOf(brokerId);
                    DirectoryId home = home(id, recorded);
                    if (!home.equals(recorded)) {
                        found.add(new Found(id, recorded, home));
                    }
                }
            }
        }
        return found;
    }

    private DirectoryId home(TopicPartition id, DirectoryId recorded) {
        if (recorded.isNamed()) {
            LogFolder home = folders.logsOf(recorded);
            if (home == null || home.get(id) != null) {
                return recorded;
            }
        }
        DataFolder holding = folders.holding(id);
        if (holding != null && holding.id() != null) {
            return holding.id();
        }
        if (recorded.equals(DirectoryId.UNASSIGNED)) {
            DataFolder chosen = folders.allWork() ? folders.emptiest() : null;
            return chosen == null || chosen.id() == null ? DirectoryId.LOST : chosen.id();
        }
        return recorded;
    }

    private @Nullable PartitionImage known(TopicPartition partition) {
        TopicImage topic = image.topic(partition.topicId());
        PartitionImage known = topic == null ? null : topic.partition(partition.partition());
        return known != null && known.replicas().contains(brokerId) ? known : null;
    }
}
