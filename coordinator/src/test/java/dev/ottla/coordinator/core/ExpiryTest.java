package dev.ottla.coordinator.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.base.RandomSource;
import dev.ottla.base.TopicId;
import dev.ottla.coordinator.event.ClassicGroupForgotten;
import dev.ottla.coordinator.event.ClassicGroupStored;
import dev.ottla.coordinator.event.CommittedOffset;
import dev.ottla.coordinator.event.GroupEvent;
import dev.ottla.coordinator.event.OffsetCommitted;
import dev.ottla.coordinator.event.OffsetPending;
import dev.ottla.coordinator.group.Client;
import dev.ottla.coordinator.group.GroupSettings;
import dev.ottla.coordinator.runtime.Answers;
import dev.ottla.coordinator.runtime.Now;
import dev.ottla.coordinator.runtime.Step;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.apache.kafka.common.message.ConsumerProtocolSubscription;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocol;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.protocol.MessageUtil;
import org.junit.jupiter.api.Test;

/** When a committed offset goes (KIP-211, KAFKA-13636, KAFKA-19163, KAFKA-8069), as the group coordinator of Apache Kafka 4.3.1 has it. */
class ExpiryTest {
    private static final String GROUP = "g";
    private static final String READ = "read";
    private static final String UNREAD = "unread";
    private static final long MINUTE = 60_000;
    private static final long DAY = 24 * 60 * MINUTE;
    private static final long START = 100 * DAY;
    private static final int LONG_SESSION_MS = (int) (20 * DAY);

    private final ReadTopics cluster = new ReadTopics();
    private long retentionMs = 7 * DAY;
    private final GroupCore core = new GroupCore(this::settings, cluster::image, RandomSource.seeded(1));
    private final List<GroupEvent> written = new ArrayList<>();
    private long nowMs = START;

    private GroupSettings settings() {
        return new GroupSettings(
                1,
                Integer.MAX_VALUE,
                0,
                100,
                100,
                retentionMs,
                10 * MINUTE,
                new GroupSettings.Consumer(
                        GroupSettings.OwnNumber.unbounded(1_000),
                        GroupSettings.OwnNumber.unbounded(LONG_SESSION_MS),
                        100,
                        GroupSettings.OwnNumber.unbounded(0),
                        List.of("uniform"),
                        GroupSettings.Migration.BIDIRECTIONAL));
    }

    @Test
    void anOffsetOfAnEmptyGroupGoesSevenDaysAfterTheLastMember() {
        // Given a group that committed, and lost its last member three days later
        committed(READ, START);
        core.replay(emptySince(START + 3 * DAY));
        resume();
        // When seven days are over since the commit, then nothing happens; since the last member, then the offset goes,
        // and the group with it
        passTo(START + 10 * DAY - 1);
        assertThat(topics()).containsExactly(READ);
        passTo(START + 10 * DAY + 10 * MINUTE);
        assertThat(topics()).isEmpty();
        assertThat(core.groups().get(GROUP)).isNull();
        assertThat(written).contains(new ClassicGroupForgotten(GROUP));
    }

    @Test
    void whereTheLogDoesNotSaySinceWhenItIsEmptyTheCommitCounts() {
        // Given a group whose record is from before there was such a time
        committed(READ, START);
        core.replay(emptySince(-1));
        resume();
        // When, then: it neither goes at once nor stays for ever
        passTo(START + 7 * DAY - 1);
        assertThat(topics()).containsExactly(READ);
        passTo(START + 7 * DAY + 10 * MINUTE);
        assertThat(topics()).isEmpty();
    }

    @Test
    void aGroupThatOnlyStoresOffsetsCountsFromEachCommit() {
        // Given two commits under a name that nobody joined
        committed(READ, START);
        committed(UNREAD, START + DAY);
        resume();
        // When, then each goes in its time
        passTo(START + 7 * DAY + 10 * MINUTE);
        assertThat(topics()).containsExactly(UNREAD);
        passTo(START + 8 * DAY + 10 * MINUTE);
        assertThat(core.groups().get(GROUP)).isNull();
    }

    @Test
    void aStableGroupLosesOnlyWhatNobodyReadsAnyMore() {
        // Given a member that reads one of two topics
        stable();
        resume();
        // When, then
        passTo(START + 7 * DAY - 1);
        assertThat(topics()).containsExactly(READ, UNREAD);
        passTo(START + 15 * DAY);
        assertThat(topics()).containsExactly(READ);
    }

    @Test
    void nothingGoesWhileAGroupRebalances() {
        // Given a group that waits for one of its members
        stable();
        resume();
        Step<GroupEvent> step = step();
        Answers<JoinGroupResponseData> answer = new Answers<>();
        core.join(new Client("c", "/h", (short) 3), joining(), answer, step);
        finish(step);
        assertThat(core.describe(GROUP, (short) 6).groupState()).isEqualTo("PreparingRebalance");
        // When, then not even the topic that nobody reads
        passTo(START + 15 * DAY);
        assertThat(topics()).containsExactly(READ, UNREAD);
    }

    @Test
    void aCommitMaySayHowLongItStays() {
        // Given commits of OffsetCommit v2 to v4 for an hour and for nine days, and one without
        resume();
        commit(READ, 60 * MINUTE);
        commit("long", 9 * DAY);
        commit(UNREAD, -1);
        // When, then each has its time
        passTo(START + 59 * MINUTE);
        assertThat(topics()).containsExactly("long", READ, UNREAD);
        passTo(START + 70 * MINUTE);
        assertThat(topics()).containsExactly("long", UNREAD);
        passTo(START + 8 * DAY);
        assertThat(topics()).containsExactly("long");
        passTo(START + 9 * DAY + 10 * MINUTE);
        assertThat(topics()).isEmpty();
    }

    @Test
    void anOffsetThatATransactionWaitsForStays() {
        // Given an old offset, and one for the same place in an open transaction
        committed(READ, START);
        core.replay(new OffsetPending(7, offset(READ, 6, START)));
        resume();
        // When, then it stays as long as the transaction is open, and its group too
        passTo(START + 30 * DAY);
        assertThat(topics()).containsExactly(READ);
        core.endTransaction(7, false);
        passTo(START + 30 * DAY + 10 * MINUTE);
        assertThat(topics()).isEmpty();
        assertThat(core.groups().get(GROUP)).isNull();
    }

    @Test
    void theSettingsCountAsTheyAreWhenItIsLookedAt() {
        // Given an offset of an hour ago
        committed(READ, START);
        resume();
        passTo(START + 60 * MINUTE);
        // When the retention becomes an hour, then it goes with the next look, which is after ten minutes
        retentionMs = 60 * MINUTE;
        passTo(START + 69 * MINUTE);
        assertThat(topics()).containsExactly(READ);
        passTo(START + 70 * MINUTE);
        assertThat(topics()).isEmpty();
    }

    @Test
    void aGroupOfTheConsumerProtocolKeepsWhatItReadsAndElseCountsFromTheCommit() {
        // Given a member that reads one of two topics
        cluster.create(READ, 1);
        ConsumerClient member = new ConsumerClient("m", null);
        member.wants(List.of(READ), "", null);
        committed(READ, START);
        committed(UNREAD, START);
        // An offset makes a group of the classic protocol, which gives way.
        heartbeat(member);
        resume();
        passTo(START + 7 * DAY + 10 * MINUTE);
        assertThat(topics()).containsExactly(READ);
        // When it leaves, then its offset is older than seven days: Kafka does not count from the last member here
        Step<GroupEvent> leaving = step();
        var _ = core.consumerHeartbeat(
                new Client("c", "/h", (short) 1), member.heartbeat(GROUP).setMemberEpoch(-1), leaving);
        finish(leaving);
        passTo(START + 7 * DAY + 20 * MINUTE);
        assertThat(topics()).isEmpty();
        assertThat(core.groups().get(GROUP)).isNull();
    }

    private void heartbeat(ConsumerClient member) {
        Step<GroupEvent> step = step();
        member.take(core.consumerHeartbeat(new Client("c", "/h", (short) 1), member.heartbeat(GROUP), step));
        finish(step);
    }

    private void stable() {
        committed(READ, START);
        committed(UNREAD, START);
        core.replay(new ClassicGroupStored(
                GROUP,
                "consumer",
                3,
                "range",
                "m",
                START,
                List.of(new ClassicGroupStored.Member(
                        "m", null, "c", "/h", LONG_SESSION_MS, LONG_SESSION_MS, subscription(), new byte[0]))));
    }

    private static byte[] subscription() {
        ByteBuffer bytes = MessageUtil.toVersionPrefixedByteBuffer(
                (short) 1, new ConsumerProtocolSubscription().setTopics(List.of(READ)));
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        return copy;
    }

    private static JoinGroupRequestData joining() {
        JoinGroupRequestData request = new JoinGroupRequestData()
                .setGroupId(GROUP)
                .setProtocolType("consumer")
                .setSessionTimeoutMs(LONG_SESSION_MS)
                .setRebalanceTimeoutMs(LONG_SESSION_MS);
        request.protocols().add(new JoinGroupRequestProtocol().setName("range").setMetadata(subscription()));
        return request;
    }

    private static ClassicGroupStored emptySince(long sinceMs) {
        return new ClassicGroupStored(GROUP, "consumer", 3, null, null, sinceMs, List.of());
    }

    private void committed(String topic, long atMs) {
        core.replay(offset(topic, 5, atMs));
    }

    private static OffsetCommitted offset(String topic, long offset, long atMs) {
        return new OffsetCommitted(
                GROUP, topic, 0, new CommittedOffset(offset, -1, "", atMs, CommittedOffset.NO_EXPIRY, TopicId.ZERO));
    }

    private void commit(String topic, long retentionTimeMs) {
        Step<GroupEvent> step = step();
        var _ = core.commit(
                new Client("c", "/h", (short) 4),
                new OffsetCommitRequestData()
                        .setGroupId(GROUP)
                        .setRetentionTimeMs(retentionTimeMs)
                        .setTopics(List.of(new OffsetCommitRequestTopic()
                                .setName(topic)
                                .setPartitions(List.of(new OffsetCommitRequestPartition().setCommittedOffset(1))))),
                step);
        finish(step);
    }

    private List<String> topics() {
        return List.copyOf(new TreeSet<>(core.groups().offsets().ofGroup(GROUP).keySet()));
    }

    private void resume() {
        Step<GroupEvent> step = step();
        core.resume(step);
        finish(step);
    }

    private void passTo(long untilMs) {
        while (core.nextTimerMs() <= untilMs) {
            nowMs = Math.max(nowMs, core.nextTimerMs());
            Step<GroupEvent> step = step();
            core.onTimers(step);
            finish(step);
        }
        nowMs = untilMs;
    }

    private Step<GroupEvent> step() {
        return new Step<>(new Now(nowMs, nowMs));
    }

    private void finish(Step<GroupEvent> step) {
        written.addAll(step.events());
        step.release();
    }
}
