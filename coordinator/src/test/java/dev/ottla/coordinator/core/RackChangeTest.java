package dev.ottla.coordinator.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.base.RandomSource;
import dev.ottla.coordinator.event.GroupEvent;
import dev.ottla.coordinator.group.Client;
import dev.ottla.coordinator.runtime.Step;
import org.junit.jupiter.api.Test;

/** KIP-1101: where replicas are is news for a group, though nobody came or went. */
class RackChangeTest {
    private final ReadTopics cluster = new ReadTopics();
    private final RunningCore core =
            new RunningCore(() -> new GroupCore(() -> SampleSettings.USUAL, cluster::image, RandomSource.seeded(1)));
    private final ConsumerClient member = new ConsumerClient("member", null);

    private int epochAfterAHeartbeat() {
        Step<GroupEvent> step = core.step();
        member.take(core.now().consumerHeartbeat(new Client("c", "/h", (short) 1), member.heartbeat("g"), step));
        core.finish(step);
        return member.epoch;
    }

    @Test
    void anotherRackIsAnotherEpoch() {
        // Given a group that reads a topic of a broker in a rack
        cluster.register(1, "a");
        cluster.create("t-a", 1);
        int before = epochAfterAHeartbeat();
        // When the broker comes back in the same rack, then nothing is assigned anew
        cluster.register(1, "a");
        assertThat(epochAfterAHeartbeat()).isEqualTo(before);
        // When it comes back in another, then the group goes on to another epoch
        cluster.register(1, "b");
        assertThat(epochAfterAHeartbeat()).isEqualTo(before + 1);
    }

    @Test
    void aCoordinatorThatIsReplacedFindsOutToo() {
        // Given a group that was assigned while its broker was in one rack
        cluster.register(1, "a");
        cluster.create("t-a", 1);
        int before = epochAfterAHeartbeat();
        // When another coordinator takes over, in the same cluster, then nothing is new
        core.reload();
        assertThat(epochAfterAHeartbeat()).isEqualTo(before);
        // When it does after the rack has changed, then that is
        cluster.register(1, "b");
        core.reload();
        assertThat(epochAfterAHeartbeat()).isEqualTo(before + 1);
    }
}
