package dev.ottla.coordinator.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.base.RandomSource;
import dev.ottla.coordinator.event.GroupEvent;
import dev.ottla.coordinator.event.TargetStored;
import dev.ottla.coordinator.group.Client;
import dev.ottla.coordinator.runtime.Now;
import dev.ottla.coordinator.runtime.Step;
import org.junit.jupiter.api.Test;

class AssignmentEventsTest {
    private static final int MEMBERS = 50;

    @Test
    void anAssignmentStoresOnlyTheTargetsThatChange() {
        // Given a topic of one partition, which most members of a group get nothing of
        ReadTopics topics = new ReadTopics();
        topics.create("t-a", 1);
        GroupCore core = new GroupCore(() -> SampleSettings.USUAL, topics::image, RandomSource.seeded(1));
        for (int i = 0; i < MEMBERS; i++) {
            // When one more joins, and all are assigned anew
            Step<GroupEvent> step = new Step<>(new Now(1_000, 1_000));
            ConsumerClient member = new ConsumerClient("member-" + i, null);
            var _ = core.consumerHeartbeat(new Client("c", "/h", (short) 1), member.heartbeat("g"), step);
            // Then its own target is all that is new
            assertThat(step.events().stream().filter(TargetStored.class::isInstance))
                    .as("targets stored for member %d", i)
                    .hasSize(1);
        }
    }
}
