package dev.ottla.coordinator.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.base.RandomSource;
import dev.ottla.base.TopicId;
import dev.ottla.coordinator.event.GroupEvent;
import dev.ottla.coordinator.event.OffsetPending;
import dev.ottla.coordinator.group.Client;
import dev.ottla.coordinator.group.GroupSettings;
import dev.ottla.coordinator.group.PendingOffsets;
import dev.ottla.coordinator.runtime.Now;
import dev.ottla.coordinator.runtime.Step;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData.TxnOffsetCommitRequestPartition;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData.TxnOffsetCommitRequestTopic;
import org.junit.jupiter.api.Test;

class CommitInTransactionTest {
    private static final GroupSettings SETTINGS = SampleSettings.withOffsetMetadata(10);

    private final ReadTopics topics = new ReadTopics();
    private final GroupCore core = new GroupCore(() -> SETTINGS, topics::image, RandomSource.seeded(1));

    private static TxnOffsetCommitRequestData request(String metadata) {
        return new TxnOffsetCommitRequestData()
                .setGroupId("g")
                .setProducerId(7)
                .setTopics(List.of(new TxnOffsetCommitRequestTopic()
                        .setName("t-a")
                        .setPartitions(List.of(new TxnOffsetCommitRequestPartition()
                                .setPartitionIndex(0)
                                .setCommittedOffset(42)
                                .setCommittedMetadata(metadata)))));
    }

    private static Step<GroupEvent> step() {
        return new Step<>(new Now(1_000, 1_000));
    }

    private short commit(TxnOffsetCommitRequestData request, Step<GroupEvent> step) {
        return core.commitInTransaction(new Client("c", "/h", (short) 5), request, topic -> TopicId.ZERO, step)
                .topics()
                .getFirst()
                .partitions()
                .getFirst()
                .errorCode();
    }

    private ConsumerClient joined() {
        topics.create("t-a", 1);
        ConsumerClient member = new ConsumerClient("member", null);
        member.take(core.consumerHeartbeat(new Client("c", "/h", (short) 1), member.heartbeat("g"), step()));
        return member;
    }

    @Test
    void whoIsInNoGroupMayCommitAndAGenerationWithoutAGroupIsRefused() {
        // Given no group, when a producer says it is of a generation
        TxnOffsetCommitRequestData ofGeneration = request("").setGenerationId(3).setMemberId("m");
        // Then
        assertThatThrownBy(() -> commit(ofGeneration, step()))
                .isInstanceOfSatisfying(
                        OttlaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.ILLEGAL_GENERATION));
        // And one that says nothing is let in
        Step<GroupEvent> step = step();
        assertThat(commit(request(""), step)).isEqualTo(ErrorCode.NONE.wireCode());
        assertThat(step.events()).singleElement().isInstanceOf(OffsetPending.class);
    }

    @Test
    void aTransactionHasOffsetsForSoManyPlacesAndNoMore() {
        // Given a transaction with as many as it may have
        TxnOffsetCommitRequestData full = request("");
        full.topics()
                .getFirst()
                .setPartitions(IntStream.range(0, PendingOffsets.MAX_PER_PRODUCER)
                        .mapToObj(partition -> new TxnOffsetCommitRequestPartition()
                                .setPartitionIndex(partition)
                                .setCommittedOffset(1)
                                .setCommittedMetadata(""))
                        .toList());
        assertThat(commit(full, step())).isEqualTo(ErrorCode.NONE.wireCode());
        // When it wants one more place
        TxnOffsetCommitRequestData more = request("");
        more.topics().getFirst().setName("t-b");
        Step<GroupEvent> step = step();
        // Then that is refused
        assertThat(commit(more, step)).isEqualTo(ErrorCode.INVALID_COMMIT_OFFSET_SIZE.wireCode());
        assertThat(step.events()).isEmpty();
        // And another offset for a place that it has is not
        assertThat(commit(request(""), step())).isEqualTo(ErrorCode.NONE.wireCode());
    }

    @Test
    void metadataThatIsTooLargeIsRefusedForItsPartition() {
        // Given, when
        Step<GroupEvent> step = step();
        short error = commit(request("more than ten bytes"), step);
        // Then
        assertThat(error).isEqualTo(ErrorCode.OFFSET_METADATA_TOO_LARGE.wireCode());
        assertThat(step.events()).isEmpty();
    }

    @Test
    void anEpochThatTheMemberDoesNotHaveYetIsToldAsAGeneration() {
        // Given a group of the consumer protocol
        ConsumerClient member = joined();
        TxnOffsetCommitRequestData ahead =
                request("").setMemberId(member.memberId).setGenerationId(member.epoch + 1);
        // When its epoch is wrong, then producers hear of a generation
        assertThatThrownBy(() -> commit(ahead, step()))
                .isInstanceOfSatisfying(
                        OttlaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.ILLEGAL_GENERATION));
        // And with the right one it commits
        assertThat(commit(request("").setMemberId(member.memberId).setGenerationId(member.epoch), step()))
                .isEqualTo(ErrorCode.NONE.wireCode());
    }

    @Test
    void whoIsNotAMemberOfAGroupThatHasMembersIsRefused() {
        // Given
        ConsumerClient member = joined();
        // When, then
        TxnOffsetCommitRequestData stranger =
                request("").setMemberId("stranger").setGenerationId(member.epoch);
        assertThatThrownBy(() -> commit(stranger, step()))
                .isInstanceOfSatisfying(
                        OttlaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID));
    }
}
