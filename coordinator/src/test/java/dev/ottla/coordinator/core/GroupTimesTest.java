package dev.ottla.coordinator.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.base.RandomSource;
import dev.ottla.coordinator.event.GroupEvent;
import dev.ottla.coordinator.event.TargetEpochStored;
import dev.ottla.coordinator.group.Client;
import dev.ottla.coordinator.group.GroupSettings;
import dev.ottla.coordinator.group.GroupSettings.OwnNumber;
import dev.ottla.coordinator.runtime.Now;
import dev.ottla.coordinator.runtime.Step;
import java.util.List;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.junit.jupiter.api.Test;

/** The times that a group of the consumer protocol has for itself, and those of the broker. */
class GroupTimesTest {
    private static final String GROUP = "g";
    private static final GroupSettings SETTINGS = new GroupSettings(
            1,
            100_000,
            0,
            100,
            100,
            1_000_000,
            1_000_000,
            new GroupSettings.Consumer(
                    new OwnNumber(1_000, 500, 5_000),
                    new OwnNumber(10_000, 5_000, 20_000),
                    100,
                    new OwnNumber(1_000, 0, 15_000),
                    List.of("uniform"),
                    GroupSettings.Migration.BIDIRECTIONAL));

    private final ReadTopics cluster = new ReadTopics();
    private final GroupCore core = new GroupCore(() -> SETTINGS, cluster::image, RandomSource.seeded(1));
    private final ConsumerClient member = new ConsumerClient("m", null);
    private long nowMs = 1_000_000;

    GroupTimesTest() {
        cluster.create("t-a", 2);
    }

    @Test
    void membersAreToldTheirGroupsHeartbeatIntervalAsItChanges() {
        // Given a member of a group without settings of its own
        assertThat(heartbeat(member).heartbeatIntervalMs()).isEqualTo(1_000);
        // When the group gets one, then the next answer says so
        cluster.set(GROUP, "consumer.heartbeat.interval.ms", "3000");
        assertThat(heartbeat(member).heartbeatIntervalMs()).isEqualTo(3_000);
        // When it is one that the broker no longer allows, then the bound counts
        cluster.set(GROUP, "consumer.heartbeat.interval.ms", "9000");
        assertThat(heartbeat(member).heartbeatIntervalMs()).isEqualTo(5_000);
        // When it is taken back, or another group has one, then the broker's is told again
        cluster.set(GROUP, "consumer.heartbeat.interval.ms", null);
        cluster.set("other", "consumer.heartbeat.interval.ms", "3000");
        assertThat(heartbeat(member).heartbeatIntervalMs()).isEqualTo(1_000);
    }

    @Test
    void aSessionLastsAsLongAsItsGroupsSettingSays() {
        // Given a member whose group has a longer session than the broker's
        cluster.set(GROUP, "consumer.session.timeout.ms", "15000");
        heartbeat(member);
        // When the broker's is over, then it is still there
        pass(14_999);
        assertThat(core.describeConsumer(GROUP).members()).hasSize(1);
        // When its own is over, then it is out
        pass(1);
        assertThat(core.describeConsumer(GROUP).members()).isEmpty();
    }

    @Test
    void aSessionThatChangesCountsFromTheNextHeartbeat() {
        // Given a member with the broker's session
        heartbeat(member);
        // When the group gets a shorter one and the member has been heard, then that counts
        cluster.set(GROUP, "consumer.session.timeout.ms", "6000");
        heartbeat(member);
        pass(5_999);
        assertThat(core.describeConsumer(GROUP).members()).hasSize(1);
        pass(1);
        assertThat(core.describeConsumer(GROUP).members()).isEmpty();
    }

    @Test
    void aGroupAssignsAgainAfterItsOwnInterval() {
        // Given a group that has just been assigned, with a longer interval than the broker's
        cluster.set(GROUP, "consumer.assignment.interval.ms", "4000");
        heartbeat(member);
        // When another member joins at once, then it waits
        nowMs += 10;
        Step<GroupEvent> joining = step();
        var _ = core.consumerHeartbeat(client(), new ConsumerClient("n", null).heartbeat(GROUP), joining);
        assertThat(assigned(joining)).isFalse();
        // When the broker's interval is over, then it still waits; when its own is over, then it is assigned
        assertThat(assigned(pass(3_989))).isFalse();
        assertThat(assigned(pass(1))).isTrue();
    }

    private ConsumerGroupHeartbeatResponseData heartbeat(ConsumerClient from) {
        ConsumerGroupHeartbeatResponseData response = core.consumerHeartbeat(client(), from.heartbeat(GROUP), step());
        from.take(response);
        return response;
    }

    private Step<GroupEvent> pass(long ms) {
        nowMs += ms;
        Step<GroupEvent> step = step();
        core.onTimers(step);
        return step;
    }

    private Step<GroupEvent> step() {
        return new Step<>(new Now(nowMs, nowMs));
    }

    private static Client client() {
        return new Client("c", "/h", (short) 1);
    }

    private static boolean assigned(Step<GroupEvent> step) {
        return step.events().stream().anyMatch(TargetEpochStored.class::isInstance);
    }
}
