package dev.ottla.coordinator.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.base.RandomSource;
import dev.ottla.coordinator.event.GroupEvent;
import dev.ottla.coordinator.group.Client;
import dev.ottla.coordinator.group.GroupSettings;
import dev.ottla.coordinator.runtime.Answers;
import dev.ottla.coordinator.runtime.Step;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocol;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.junit.jupiter.api.Test;

/** group.initial.rebalance.delay.ms (KIP-134): an empty group waits for others, a little longer with each that comes, at most as long as a rebalance may take. */
class InitialDelayTest {
    private static final String GROUP = "g";
    private static final int DELAY_MS = 3_000;
    private static final int REBALANCE_MS = 7_000;
    private static final GroupSettings SETTINGS = SampleSettings.withInitialDelay(DELAY_MS);

    private final ReadTopics cluster = new ReadTopics();
    private final RunningCore core =
            new RunningCore(() -> new GroupCore(() -> SETTINGS, cluster::image, RandomSource.seeded(1)));

    @Test
    void theFirstMemberWaitsForTheDelay() {
        // Given one that joins an empty group
        Answers<JoinGroupResponseData> first = join();
        // When, then
        core.pass(DELAY_MS - 1);
        assertThat(first.isAnswered()).isFalse();
        core.pass(1);
        assertThat(members(first)).isEqualTo(1);
    }

    @Test
    void whoComesMeanwhileMakesItLongerByAnother() {
        // Given two that join in the first delay
        Answers<JoinGroupResponseData> first = join();
        core.pass(1_000);
        Answers<JoinGroupResponseData> second = join();
        // When it is over, then they wait for another, and no longer when nobody came in that
        core.pass(2 * DELAY_MS - 1_001);
        assertThat(first.isAnswered()).isFalse();
        core.pass(1);
        assertThat(members(first) + members(second))
                .as("the leader is told of both")
                .isEqualTo(2);
    }

    @Test
    void itIsNeverLongerThanARebalance() {
        // Given a new member in every second
        Answers<JoinGroupResponseData> first = join();
        for (int i = 0; i < REBALANCE_MS / 1_000 - 1; i++) {
            core.pass(1_000);
            var _ = join();
        }
        // When the time of a rebalance is over, then it is
        core.pass(999);
        assertThat(first.isAnswered()).isFalse();
        core.pass(1);
        assertThat(members(first)).isEqualTo(REBALANCE_MS / 1_000);
    }

    private static int members(Answers<JoinGroupResponseData> answer) {
        assertThat(answer.isAnswered()).isTrue();
        return ((JoinGroupResponseData) answer.whatever()).members().size();
    }

    private Answers<JoinGroupResponseData> join() {
        JoinGroupRequestData request = new JoinGroupRequestData()
                .setGroupId(GROUP)
                .setProtocolType("consumer")
                .setSessionTimeoutMs(10_000)
                .setRebalanceTimeoutMs(REBALANCE_MS);
        request.protocols().add(new JoinGroupRequestProtocol().setName("a").setMetadata(new byte[0]));
        Answers<JoinGroupResponseData> answer = new Answers<>();
        Step<GroupEvent> step = core.step();
        core.now().join(new Client("c", "/h", (short) 3), request, answer, step);
        core.finish(step);
        return answer;
    }
}
