package dev.ottla.replication;

import dev.ottla.base.DirectoryId;
import dev.ottla.base.ErrorCode;
import dev.ottla.base.ManyAtOnce;
import dev.ottla.base.OttlaException;
import dev.ottla.base.TopicId;
import dev.ottla.base.TopicPartition;
import dev.ottla.log.LogFolder;
import dev.ottla.log.PartitionLog;
import dev.ottla.metadata.ClusterImage;
import dev.ottla.metadata.ConfigResource;
import dev.ottla.metadata.PartitionImage;
import dev.ottla.metadata.TopicImage;
import dev.ottla.metadata.config.EffectiveConfigs;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The partitions that this broker holds, by topic name and by topic id. Follows the cluster's image: what appears in it is created on
 * disk, what leaves it is deleted, what changes is told. Look-ups are for any thread and take no lock.
 */
public final class Partitions {
    private static final Logger LOG = LoggerFactory.getLogger(Partitions.class);

    private final int brokerId;
    private final DataFolders folders;
    private final Function<ClusterImage, EffectiveConfigs> configs;
    private final Map<String, HostedTopic> byName = new ConcurrentHashMap<>();
    private final Map<TopicId, HostedTopic> byId = new ConcurrentHashMap<>();
    /** In the metadata, but there was no room on the disk for their logs: tried again when there is. */
    private final Set<TopicPartition> notCreated = ConcurrentHashMap.newKeySet();

    private volatile ClusterImage image = ClusterImage.EMPTY;

    /**
     * @param folders the data folders; what the metadata has in one that failed is known, but not served
     * @param configs the settings in force on this broker under an image
     */
    public Partitions(int brokerId, DataFolders folders, Function<ClusterImage, EffectiveConfigs> configs) {
        this.brokerId = brokerId;
        this.folders = folders;
        this.configs = configs;
        for (LogFolder folder : folders.opened()) {
            folder.onFailure(reason -> failFolder(folder, reason));
            folder.onRoom(this::createAgain);
        }
    }

    /**
     * What the folders hold and the image does not know is set aside; what the image knows is opened or created. Blocks; call once, before
     * anything is served.
     */
    public synchronized void start(ClusterImage first) {
        for (LogFolder folder : folders.opened()) {
            for (PartitionLog log : List.copyOf(folder.logs())) {
                TopicImage topic = first.topic(log.topicPartition().topicId());
                if (topic == null || topic.partition(log.topicPartition().partition()) == null) {
                    LOG.warn("{} is not in the metadata: its folder is set aside", log.topicPartition());
                    folder.setAside(log.topicPartition());
                }
            }
        }
        apply(ClusterImage.EMPTY, first);
    }

    /** Follows a change of the image; returns when the disk has followed. Blocks. */
    public synchronized void apply(ClusterImage before, ClusterImage after) {
        image = after;
        boolean sameTopics = before.topics().equals(after.topics());
        if (sameTopics && before.configs().equals(after.configs())) {
            return;
        }
        deleteMissing(after);
        EffectiveConfigs effective = configs.apply(after);
        boolean brokerSettingsDiffer = brokerSettingsDiffer(before, after);
        for (TopicImage topic : after.topics().values()) {
            HostedTopic known = byId.get(topic.id());
            Map<String, String> own = after.topicConfigs(topic.name());
            boolean sameSettings = !brokerSettingsDiffer && own.equals(before.topicConfigs(topic.name()));
            if (known == null || !sameSettings) {
                host(topic, known, PartitionSettings.of(effective.topic(own)));
            } else if (!known.image().equals(topic)) {
                host(topic, known, known.settings());
            }
        }
    }

    /** The image that was applied last. */
    public ClusterImage image() {
        return image;
    }

    /** The partition, when this broker holds it; else null, and {@link #whyNot} says why. */
    public @Nullable Partition byName(String topic, int partition) {
        HostedTopic hosted = byName.get(topic);
        return hosted == null ? null : hosted.partition(partition);
    }

    /** As {@link #byName(String, int)}. */
    public @Nullable Partition byId(TopicId topic, int partition) {
        HostedTopic hosted = byId.get(topic);
        return hosted == null ? null : hosted.partition(partition);
    }

    /** Why there is no such partition here: UNKNOWN_TOPIC_OR_PARTITION, or NOT_LEADER_OR_FOLLOWER when another broker has it. */
    public ErrorCode whyNot(String topic, int partition) {
        HostedTopic hosted = byName.get(topic);
        return hosted == null || !hosted.has(partition)
                ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
                : ErrorCode.NOT_LEADER_OR_FOLLOWER;
    }

    /** As {@link #whyNot(String, int)}; UNKNOWN_TOPIC_ID when no topic has the id. */
    public ErrorCode whyNot(TopicId topic, int partition) {
        HostedTopic hosted = byId.get(topic);
        if (hosted == null) {
            return ErrorCode.UNKNOWN_TOPIC_ID;
        }
        return hosted.has(partition) ? ErrorCode.NOT_LEADER_OR_FOLLOWER : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
    }

    /** The name of a topic id; null when no topic has it. */
    public @Nullable String nameOf(TopicId topic) {
        HostedTopic hosted = byId.get(topic);
        return hosted == null ? null : hosted.image().name();
    }

    /** Every partition that this broker holds. */
    public List<Partition> all() {
        List<Partition> all = new ArrayList<>();
        for (HostedTopic topic : byId.values()) {
            forEach(topic, all::add);
        }
        return all;
    }

    private static void forEach(HostedTopic topic, Consumer<Partition> action) {
        for (int i = 0; i < topic.partitionCount(); i++) {
            Partition partition = topic.partition(i);
            if (partition != null) {
                action.accept(partition);
            }
        }
    }

    private void deleteMissing(ClusterImage after) {
        for (HostedTopic topic : List.copyOf(byId.values())) {
            if (after.topic(topic.image().id()) != null) {
                continue;
            }
            byId.remove(topic.image().id());
            byName.remove(topic.image().name(), topic);
            List<TopicPartition> deleted = new ArrayList<>();
            forEach(topic, partition -> {
                partition.retire();
                deleted.add(partition.id());
            });
            ManyAtOnce.forEach(deleted, this::delete);
        }
    }

    private void delete(TopicPartition id) {
        for (LogFolder folder : folders.opened()) {
            try {
                folder.delete(id);
            } catch (OttlaException e) {
                LOG.error("{} could not be deleted in {}: {}", id, folder.path(), e.getMessage());
            }
        }
    }

    private void host(TopicImage topic, @Nullable HostedTopic known, PartitionSettings settings) {
        @Nullable Partition[] partitions = new Partition[topic.partitionCount()];
        List<PartitionImage> absent = new ArrayList<>();
        for (PartitionImage each : topic.partitions()) {
            if (!each.replicas().contains(brokerId)) {
                continue;
            }
            Partition there = known == null ? null : known.partition(each.partition());
            if (known == null || there == null) {
                absent.add(each);
                continue;
            }
            rehome(there, known.image().partitions().get(each.partition()), each);
            there.update(each, brokerId);
            if (!settings.equals(there.settings())) {
                there.configure(settings);
            }
            partitions[each.partition()] = there;
        }
        openAll(topic, absent, settings, partitions);
        HostedTopic hosted = new HostedTopic(topic, settings, partitions);
        byId.put(topic.id(), hosted);
        byName.put(topic.name(), hosted);
    }

    /** What is on the disk already takes no time; what is created waits for forces. */
    private void openAll(
            TopicImage topic,
            List<PartitionImage> absent,
            PartitionSettings settings,
            @Nullable Partition[] partitions) {
        List<PartitionImage> created = new ArrayList<>();
        for (PartitionImage each : absent) {
            TopicPartition id = topic.topicPartition(each.partition());
            if (folders.holding(id) == null) {
                created.add(each);
            } else {
                partitions[each.partition()] = open(id, each, settings);
            }
        }
        prepare(topic, created);
        ManyAtOnce.forEach(
                created,
                each -> partitions[each.partition()] = open(topic.topicPartition(each.partition()), each, settings));
    }

    /** The folders of many are made together, which their logs then find. */
    private void prepare(TopicImage topic, List<PartitionImage> created) {
        Map<LogFolder, List<TopicPartition>> homes = new HashMap<>();
        for (PartitionImage each : created) {
            DirectoryId home = each.directoryOf(brokerId);
            LogFolder folder = home.isNamed() ? folders.logsOf(home) : null;
            if (folder != null) {
                homes.computeIfAbsent(folder, any -> new ArrayList<>()).add(topic.topicPartition(each.partition()));
            }
        }
        homes.forEach(LogFolder::prepare);
    }

    private Partition open(TopicPartition id, PartitionImage at, PartitionSettings settings) {
        Leadership leadership = Leadership.of(at, brokerId);
        try {
            PartitionLog log = openLog(id, at.directoryOf(brokerId), settings);
            if (log.offlineReason() == null) {
                return new Partition(id, log, leadership, settings);
            }
            LOG.error("{} is offline: {}", id, log.offlineReason());
        } catch (OttlaException e) {
            LOG.error("{} cannot be served: {}", id, e.getMessage());
        }
        return new Partition(id, null, leadership, settings);
    }

    /** In its home and nowhere else: a log that is missing because its folder is must not begin anew elsewhere. */
    private PartitionLog openLog(TopicPartition id, DirectoryId home, PartitionSettings settings) {
        DataFolder folder = home.isNamed() ? folders.byId(home) : unassigned(id, home);
        LogFolder logs = folder != null && folder.works() ? folder.logs() : null;
        if (logs == null) {
            throw new OttlaException(
                    ErrorCode.KAFKA_STORAGE_ERROR, "Its data folder, of directory id " + home + ", does not work");
        }
        PartitionLog present = logs.get(id);
        if (present == null) {
            return create(logs, id, settings);
        }
        present.configure(settings.log());
        return present;
    }

    private PartitionLog create(LogFolder logs, TopicPartition id, PartitionSettings settings) {
        try {
            return logs.create(id, settings.log());
        } catch (OttlaException e) {
            if (logs.failure() == null) {
                notCreated.add(id);
            }
            throw e;
        }
    }

    /** There is room again: what was acknowledged as created must not wait for a restart. */
    private synchronized void createAgain() {
        for (TopicPartition id : List.copyOf(notCreated)) {
            notCreated.remove(id);
            Partition partition = byId(id.topicId(), id.partition());
            TopicImage topic = image.topic(id.topicId());
            PartitionImage at = topic == null ? null : topic.partition(id.partition());
            if (partition == null || at == null) {
                continue;
            }
            try {
                partition.serve(openLog(id, at.directoryOf(brokerId), partition.settings()));
                LOG.info("{} is served now", id);
            } catch (OttlaException e) {
                LOG.error("{} still cannot be served: {}", id, e.getMessage());
            }
        }
    }

    /** A replica that the metadata has nowhere yet: only when every folder can be looked at may it begin anew. */
    private @Nullable DataFolder unassigned(TopicPartition id, DirectoryId home) {
        DataFolder holding = folders.holding(id);
        if (holding != null || !folders.allWork() || home.equals(DirectoryId.LOST)) {
            return holding;
        }
        return folders.emptiest();
    }

    /** Follows a replica to another data folder: a complete copy waits there, or the log itself from the start. */
    private void rehome(Partition partition, PartitionImage before, PartitionImage after) {
        DirectoryId home = after.directoryOf(brokerId);
        TopicPartition id = partition.id();
        DataFolder old = folders.holding(id);
        if (home.equals(before.directoryOf(brokerId)) || !home.isNamed() || (old != null && home.equals(old.id()))) {
            return;
        }
        try {
            LogFolder target = folders.logsOf(home);
            if (target == null) {
                throw new OttlaException(ErrorCode.KAFKA_STORAGE_ERROR, "The folder " + home + " does not work");
            }
            partition.moveTo(target.adopt(id, partition.settings().log(), true));
            if (old != null && old.logs() != null) {
                old.logs().release(id);
            }
        } catch (OttlaException e) {
            LOG.error("{} could not follow to directory {}: {}", id, home, e.getMessage());
            if (!partition.isIn(folders.logsOf(home))) {
                partition.fail();
            }
        }
    }

    private void failFolder(LogFolder folder, String reason) {
        LOG.error("Data folder {} has failed, its partitions are no longer served: {}", folder.path(), reason);
        for (Partition partition : all()) {
            if (folder.get(partition.id()) != null) {
                partition.fail();
            }
        }
    }

    private boolean brokerSettingsDiffer(ClusterImage before, ClusterImage after) {
        ConfigResource own = ConfigResource.broker(brokerId);
        return !before.configs(own).equals(after.configs(own))
                || !before.configs(ConfigResource.ALL_BROKERS).equals(after.configs(ConfigResource.ALL_BROKERS));
    }
}
