package dev.ottla.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.base.Clock;
import dev.ottla.base.DirectoryId;
import dev.ottla.base.ErrorCode;
import dev.ottla.base.Files;
import dev.ottla.base.OttlaException;
import dev.ottla.base.RandomSource;
import dev.ottla.base.TopicId;
import dev.ottla.log.AppendResult;
import dev.ottla.log.FolderSettings;
import dev.ottla.log.LogConfig;
import dev.ottla.log.LogFolder;
import dev.ottla.metadata.ClusterImage;
import dev.ottla.metadata.ConfigResource;
import dev.ottla.metadata.MetadataEvent;
import dev.ottla.metadata.PartitionImage;
import dev.ottla.metadata.TopicImage;
import dev.ottla.metadata.config.EffectiveConfigs;
import dev.ottla.record.BatchBuilder;
import dev.ottla.record.Codec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartitionsTest {
    private static final int BROKER = 1;
    private static final TopicId ID = new TopicId(7, 8);

    @TempDir
    private Path path;

    private LogFolder folder;
    private Partitions partitions;
    private ClusterImage image;

    /** Notes what it is told. */
    private static final class Noting implements PartitionWatcher {
        private final List<String> heard = new ArrayList<>();

        @Override
        public void onProgress(Partition partition, int sizeBytes) {
            heard.add("progress " + sizeBytes);
        }

        @Override
        public void onChange(Partition partition) {
            heard.add("change");
        }
    }

    @BeforeEach
    void start() throws IOException {
        image = ClusterImage.EMPTY.apply(new MetadataEvent.ClusterCreated("cluster"));
        open();
    }

    @AfterEach
    void stop() {
        folder.close(-1);
    }

    @Test
    void hostsWhatTheImageGivesThisBroker() {
        // Given a topic of which another broker has the second partition
        create("t", ID, List.of(BROKER), List.of(2));

        // When its partitions are looked up by name and id
        assertThat(partitions.byName("t", 0)).isSameAs(partitions.byId(ID, 0)).isNotNull();

        // Then those that are not here say why
        assertThat(partitions.byName("t", 1)).isNull();
        assertThat(partitions.whyNot("t", 1)).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
        assertThat(partitions.whyNot("t", 2)).isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(partitions.whyNot("t", -1)).isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(partitions.whyNot("none", 0)).isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(partitions.whyNot(new TopicId(1, 1), 0)).isEqualTo(ErrorCode.UNKNOWN_TOPIC_ID);
        assertThat(partitions.whyNot(ID, 1)).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
    }

    @Test
    void commitsWhatIsAppendedAndTellsWhoWaits() {
        // Given somebody who waits for a partition
        create("t", ID, List.of(BROKER));
        Partition partition = partitions.byName("t", 0);
        Noting watcher = new Noting();
        partition.watch(watcher);

        // When a batch is appended
        ByteBuffer batch = batch();
        AppendResult result = partition.append(batch, 5, 0, 5);

        // Then it is committed, and told
        assertThat(result.baseOffset()).isZero();
        assertThat(partition.highWatermark()).isEqualTo(1);
        assertThat(partition.acknowledged(1, true)).isEqualTo(ErrorCode.NONE);
        assertThat(partition.acknowledged(2, true)).isNull();
        assertThat(watcher.heard).containsExactly("progress " + batch.remaining());

        // And who stops waiting hears no more
        partition.unwatch(watcher);
        partition.append(batch(), 5, 0, 5);
        assertThat(watcher.heard).hasSize(1);
    }

    @Test
    void fencesByLeaderEpoch() {
        // Given a partition whose epoch went up
        create("t", ID, List.of(BROKER));
        Partition partition = partitions.byName("t", 0);
        Noting watcher = new Noting();
        partition.watch(watcher);
        become(image.apply(new MetadataEvent.PartitionChanged(
                ID, PartitionImage.created(0, List.of(BROKER)).withBumpedEpoch())));

        // When askers come with every epoch, then only the current one and none are let through
        assertThat(partition.checkLeader(0)).isEqualTo(ErrorCode.FENCED_LEADER_EPOCH);
        assertThat(partition.checkLeader(1)).isEqualTo(ErrorCode.NONE);
        assertThat(partition.checkLeader(2)).isEqualTo(ErrorCode.UNKNOWN_LEADER_EPOCH);
        assertThat(partition.checkLeader(Partition.NO_EPOCH)).isEqualTo(ErrorCode.NONE);
        assertThat(watcher.heard).containsExactly("change");
        assertThat(partition.append(batch(), 5, 0, 5).succeeded()).isTrue();
        assertThat(partition.log().epochAt(0)).isEqualTo(1);
    }

    @Test
    void wantsEnoughReplicasInSync() {
        // Given partitions of two replicas, of which one or both are in sync, on a topic that wants two
        Leadership one = new Leadership(BROKER, 0, 0, 2, 1, true);
        Leadership both = new Leadership(BROKER, 0, 0, 2, 2, true);
        Leadership alone = new Leadership(BROKER, 0, 0, 1, 1, true);

        // Then only the first has too few; a topic of one replica cannot have more
        assertThat(one.isUnderMinInsync(2)).isTrue();
        assertThat(both.isUnderMinInsync(2)).isFalse();
        assertThat(alone.isUnderMinInsync(2)).isFalse();
    }

    @Test
    void obeysNewSettingsAtOnce() {
        // Given a topic with Kafka's defaults
        create("t", ID, List.of(BROKER));
        Partition partition = partitions.byName("t", 0);
        assertThat(partition.settings().rules().targetCodec()).isNull();

        // When its settings change
        become(image.apply(List.of(
                new MetadataEvent.ConfigChanged(ConfigResource.topic("t"), "compression.type", "zstd"),
                new MetadataEvent.ConfigChanged(ConfigResource.topic("t"), "retention.ms", "1234"))));

        // Then the same partition obeys them
        assertThat(partitions.byName("t", 0)).isSameAs(partition);
        assertThat(partition.settings().rules().targetCodec()).isEqualTo(Codec.ZSTD);
        assertThat(partition.log().config().retentionMs()).isEqualTo(1234);
    }

    @Test
    void deletesWhatLeavesTheImage() {
        // Given a topic that somebody waits for
        create("t", ID, List.of(BROKER));
        Partition partition = partitions.byName("t", 0);
        Noting watcher = new Noting();
        partition.watch(watcher);

        // When it is deleted and another of the same name comes
        become(image.apply(new MetadataEvent.TopicDeleted(ID)));
        TopicId second = new TopicId(9, 9);
        create("t", second, List.of(BROKER));

        // Then the old one is gone for everybody, and the new one begins empty
        assertThat(watcher.heard).containsExactly("change");
        assertThat(partition.checkLeader(Partition.NO_EPOCH)).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
        assertThat(partitions.byId(ID, 0)).isNull();
        assertThat(partitions.byName("t", 0))
                .isSameAs(partitions.byId(second, 0))
                .isNotSameAs(partition);
        assertThat(partitions.byName("t", 0).endOffset()).isZero();
    }

    @Test
    void findsItsLogsAgainAndSetsStrangersAside() throws IOException {
        // Given a topic with a record, and a folder that was closed
        create("t", ID, List.of(BROKER));
        partitions.byName("t", 0).append(batch(), 5, 0, 5);
        folder.close(-1);

        // When the broker starts again, then the record is there and committed
        open();
        assertThat(partitions.byName("t", 0).highWatermark()).isEqualTo(1);

        // And when it starts on metadata that does not know the topic, then its files are kept aside
        folder.close(-1);
        image = ClusterImage.EMPTY.apply(new MetadataEvent.ClusterCreated("cluster"));
        open();
        assertThat(partitions.all()).isEmpty();
        assertThat(folder.logs()).isEmpty();
        assertThat(Files.system().list(path)).anyMatch(file -> file.toString().endsWith("-stray"));
    }

    @Test
    void servesNothingFromAFailedFolder() {
        // Given a partition whose folder has failed
        create("t", ID, List.of(BROKER));
        Partition partition = partitions.byName("t", 0);
        partition.fail();

        // Then every use of it says so
        assertThat(partition.checkLeader(Partition.NO_EPOCH)).isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR);
        assertThat(partition.checkAppend(false)).isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR);
        assertThatThrownBy(partition::highWatermark)
                .isInstanceOfSatisfying(
                        OttlaException.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR));
    }

    private void open() throws IOException {
        folder = LogFolder.open(
                FolderSettings.defaults(path),
                partition -> LogConfig.defaults(),
                Files.system(),
                Clock.system(),
                RandomSource.seeded(1));
        partitions = new Partitions(
                BROKER,
                new DataFolders(List.of(DataFolder.open(new DirectoryId(5, 5), folder))),
                current -> EffectiveConfigs.of(current, BROKER, Map.of()));
        partitions.start(image);
    }

    @SafeVarargs
    private void create(String name, TopicId id, List<Integer>... replicas) {
        List<PartitionImage> created = new ArrayList<>();
        for (List<Integer> each : replicas) {
            created.add(PartitionImage.created(created.size(), each));
        }
        become(image.apply(new MetadataEvent.TopicCreated(new TopicImage(name, id, created))));
    }

    private void become(ClusterImage after) {
        ClusterImage before = image;
        image = after;
        partitions.apply(before, after);
    }

    private static ByteBuffer batch() {
        return new BatchBuilder()
                .append(5, null, ByteBuffer.wrap(new byte[] {1}))
                .build();
    }
}
