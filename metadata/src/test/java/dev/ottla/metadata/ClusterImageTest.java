package dev.ottla.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.base.DirectoryId;
import dev.ottla.base.TopicId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClusterImageTest {
    private static final TopicId ID = Events.ID;
    private static final TopicImage TOPIC = new TopicImage(
            "a.b", ID, List.of(PartitionImage.created(0, List.of(1)), PartitionImage.created(1, List.of(2))));
    private final ClusterImage image = ClusterImage.EMPTY.apply(new MetadataEvent.TopicCreated(TOPIC));

    @Test
    void anImageToldAsEventsIsTheSameImage() {
        ClusterImage step = ClusterImage.EMPTY;
        for (MetadataEvent event : Events.oneOfEach()) {
            step = step.apply(event);
            assertThat(ClusterImage.EMPTY.apply(ImageEvents.of(step)))
                    .as(event.toString())
                    .isEqualTo(step);
        }
    }

    @Test
    void aTopicIsFoundByNameAndById() {
        assertThat(image.topic("a.b")).isEqualTo(TOPIC);
        assertThat(image.topic(ID)).isEqualTo(TOPIC);
        assertThat(image.partitionCount()).isEqualTo(2);
    }

    @Test
    void aDeletedTopicLeavesNothingBehind() {
        ClusterImage after = image.apply(List.of(
                new MetadataEvent.ConfigChanged(ConfigResource.topic("a.b"), "retention.ms", "1"),
                new MetadataEvent.TopicDeleted(ID)));
        assertThat(after).isEqualTo(ClusterImage.EMPTY);
    }

    @Test
    void bumpedEpochsTouchOnlyWhatTheBrokerLeads() {
        ClusterImage after = image.apply(new MetadataEvent.LeaderEpochsBumped(2));
        assertThat(after.topic("a.b").partition(0)).isEqualTo(TOPIC.partition(0));
        assertThat(after.topic("a.b").partition(1).leaderEpoch()).isEqualTo(1);
        assertThat(after.topic("a.b").partition(1).partitionEpoch()).isEqualTo(1);
    }

    @Test
    void aReplicaIsOnlineWithItsFolder() {
        // Given partition 1 of broker 2 in a folder, and another partition of it in none yet
        PartitionImage placed = TOPIC.partition(1).createdIn(2, Events.DIRECTORY);
        ClusterImage registered = image.apply(new MetadataEvent.BrokerRegistered(
                new BrokerImage(2, 1, List.of(), null, List.of(Events.OTHER_DIRECTORY, Events.DIRECTORY))));
        // When its folder fails
        ClusterImage failed =
                registered.apply(new MetadataEvent.BrokerDirectoriesChanged(2, List.of(Events.OTHER_DIRECTORY)));
        // Then
        assertThat(image.offlineReplicas(placed)).as("no broker").containsExactly(2);
        assertThat(registered.offlineReplicas(placed)).isEmpty();
        assertThat(failed.offlineReplicas(placed)).containsExactly(2);
        assertThat(failed.offlineReplicas(TOPIC.partition(1))).as("unassigned").isEmpty();
        assertThat(registered.isOnline(placed.inDirectory(2, DirectoryId.LOST), 2))
                .isFalse();
    }

    @Test
    void collidingNamesAreFoundUntilTheLastIsGone() {
        TopicId other = new TopicId(1, 2);
        ClusterImage both = image.apply(new MetadataEvent.TopicCreated(
                new TopicImage("a_b", other, List.of(PartitionImage.created(0, List.of(1))))));
        ClusterImage one = both.apply(new MetadataEvent.TopicDeleted(other));
        assertThat(one.collidingTopic("a_b")).isEqualTo("a.b");
        assertThat(one.apply(new MetadataEvent.TopicDeleted(ID)).collidingTopic("a_b"))
                .isNull();
        assertThat(one.collidingTopic("ab")).isNull();
    }

    @Test
    void configsAreSetAndRemoved() {
        ConfigResource topic = ConfigResource.topic("a.b");
        ClusterImage set = image.apply(new MetadataEvent.ConfigChanged(topic, "retention.ms", "1"));
        assertThat(set.topicConfigs("a.b")).isEqualTo(Map.of("retention.ms", "1"));
        assertThat(set.apply(new MetadataEvent.ConfigChanged(topic, "retention.ms", null)))
                .isEqualTo(image);
    }

    @Test
    void eventsThatDoNotFitAreRefused() {
        TopicId unknown = new TopicId(5, 5);
        List<MetadataEvent> unfit = List.of(
                new MetadataEvent.TopicCreated(TOPIC),
                new MetadataEvent.TopicDeleted(unknown),
                new MetadataEvent.PartitionsAdded(unknown, List.of()),
                new MetadataEvent.PartitionChanged(ID, PartitionImage.created(2, List.of(1))),
                new MetadataEvent.ProducerIdsAllocated(1, 0));
        for (MetadataEvent event : unfit) {
            assertThatThrownBy(() -> image.apply(event)).as(event.toString()).isInstanceOf(IllegalStateException.class);
        }
        assertThatThrownBy(() -> image.apply(
                        new MetadataEvent.PartitionsAdded(ID, List.of(PartitionImage.created(3, List.of(1))))))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
