package dev.ottla.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.base.DirectoryId;
import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.base.TopicId;
import dev.ottla.controller.AssignDirectories.Assignment;
import dev.ottla.controller.CreatePartitions.Increase;
import dev.ottla.metadata.PartitionImage;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DirectoriesTest {
    private static final DirectoryId A = new DirectoryId(10, 1);
    private static final DirectoryId B = new DirectoryId(10, 2);
    private static final DirectoryId C = new DirectoryId(10, 3);

    private final TestCluster cluster = new TestCluster(Map.of());

    @Test
    void newPartitionsGoWhereTheFewestAre() {
        // Given two folders, one with three partitions already
        register(A);
        cluster.with("old", 3);
        register(A, B);
        // When
        cluster.with("new", 4);
        cluster.run(new CreatePartitions(List.of(new Increase("new", 5, null)), false));
        // Then B gets three, then they take turns
        assertThat(directories("old")).containsExactly(A, A, A);
        assertThat(directories("new")).containsExactly(B, B, B, A, B);
    }

    @Test
    void aFailedFolderGetsNoNewPartitions() {
        register(A, B);
        cluster.run(new ReportDirectories(1, List.of(A)));
        cluster.with("t", 3);
        assertThat(directories("t")).containsExactly(B, B, B);
    }

    @Test
    void aFailedFolderTakesItsOwnLeadersOnly() {
        // Given
        register(A, B);
        cluster.with("t", 2);
        PartitionImage inB = partition("t", 1);
        // When A fails
        int changed = cluster.run(new ReportDirectories(1, List.of(A)));
        // Then
        assertThat(changed).isEqualTo(1);
        assertThat(partition("t", 0).leader()).isEqualTo(PartitionImage.NO_LEADER);
        assertThat(partition("t", 0).leaderEpoch()).isEqualTo(1);
        assertThat(partition("t", 0).isr()).containsExactly(1);
        assertThat(cluster.image().offlineReplicas(partition("t", 0))).containsExactly(1);
        assertThat(partition("t", 1)).isEqualTo(inB);
        // And when it is told again, or the last one fails
        assertThat(cluster.run(new ReportDirectories(1, List.of(A)))).isZero();
        assertThat(cluster.run(new ReportDirectories(1, List.of(A, B)))).isZero();
        assertThat(partition("t", 1)).isEqualTo(inB);
    }

    @Test
    void aFolderThatIsBackLeadsAgainUnderANewEpoch() {
        register(A, B);
        cluster.with("t", 2);
        register(B);
        assertThat(partition("t", 0).leader()).isEqualTo(PartitionImage.NO_LEADER);
        register(A, B);
        assertThat(partition("t", 0).leader()).isEqualTo(1);
        assertThat(partition("t", 0).leaderEpoch()).isEqualTo(2);
        assertThat(partition("t", 1).leaderEpoch()).isZero();
    }

    @Test
    void aNewFolderInPlaceOfAMissingOneServesNothingOfIt() {
        register(A, B);
        cluster.with("t", 2);
        register(C, B);
        assertThat(cluster.image().offlineReplicas(partition("t", 0))).containsExactly(1);
        assertThat(directories("t")).containsExactly(A, B);
    }

    @Test
    void anAssignmentIsDoneOnceAndOnlyFromWhereTheReplicaIs() {
        // Given
        register(A, B);
        cluster.with("t", 1);
        TopicId id = cluster.image().topic("t").id();
        // When and then
        assertThat(assign(id, 0, B, C)).as("it is not in B").isFalse();
        assertThat(assign(id, 1, A, B)).as("no such partition").isFalse();
        assertThat(assign(new TopicId(1, 1), 0, A, B)).as("no such topic").isFalse();
        assertThat(assign(id, 0, A, B)).isTrue();
        assertThat(assign(id, 0, A, B)).as("again").isFalse();
        assertThat(directories("t")).containsExactly(B);
        assertThat(partition("t", 0).leaderEpoch()).as("the leader is the same").isZero();
        assertThat(partition("t", 0).partitionEpoch()).isEqualTo(1);
    }

    @Test
    void whatWasNeverAssignedIsServedAndCanBeAssigned() {
        // Given a topic of before there were directories
        cluster.with("t", 1);
        register(A, B);
        assertThat(directories("t")).containsExactly(DirectoryId.UNASSIGNED);
        assertThat(cluster.image().offlineReplicas(partition("t", 0))).isEmpty();
        // When and then
        assertThat(assign(cluster.image().topic("t").id(), 0, DirectoryId.UNASSIGNED, B))
                .isTrue();
        assertThat(directories("t")).containsExactly(B);
    }

    @Test
    void aBrokerThatIsNotThereReportsNothing() {
        assertThatThrownBy(() -> cluster.run(new ReportDirectories(5, List.of(A))))
                .isInstanceOfSatisfying(
                        OttlaException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.BROKER_ID_NOT_REGISTERED));
    }

    private void register(DirectoryId... directories) {
        cluster.run(new RegisterBroker(1, List.of(), null, List.of(directories)));
    }

    private boolean assign(TopicId id, int partition, DirectoryId from, DirectoryId to) {
        return cluster.run(new AssignDirectories(1, List.of(new Assignment(id, partition, from, to))))
                .getFirst();
    }

    private PartitionImage partition(String topic, int partition) {
        return cluster.image().topic(topic).partition(partition);
    }

    private List<DirectoryId> directories(String topic) {
        return cluster.image().topic(topic).partitions().stream()
                .map(partition -> partition.directoryOf(1))
                .toList();
    }
}
