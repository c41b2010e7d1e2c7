package dev.ottla.coordinator.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.base.RandomSource;
import dev.ottla.base.TopicId;
import dev.ottla.coordinator.event.CommittedOffset;
import dev.ottla.coordinator.event.GroupEvent;
import dev.ottla.coordinator.event.OffsetCommitted;
import dev.ottla.coordinator.offset.SampleOffsets;
import dev.ottla.coordinator.offset.SampleOffsets.Position;
import org.junit.jupiter.api.Test;

class SampleOffsetsTest {
    private final GroupCore core = new GroupCore(
            () -> {
                throw new AssertionError("no setting matters here");
            },
            new ReadTopics()::image,
            RandomSource.seeded(1));

    @Test
    void allOffsetsOfAllGroupsAreInASampleThatHasRoom() {
        // Given offsets of two groups
        commit("g", "t", 0, 5);
        commit("g", "t", 1, 6);
        commit("h", "u", 0, 7);
        // When, then
        SampleOffsets.Sample sample = core.sampleOffsets(3);
        assertThat(sample.positions())
                .containsExactlyInAnyOrder(
                        new Position("g", "t", 0, 5), new Position("g", "t", 1, 6), new Position("h", "u", 0, 7));
        assertThat(sample.leftOut()).isZero();
    }

    @Test
    void whatIsBeyondTheLimitIsCounted() {
        // Given ten offsets of each of ten groups
        for (int i = 0; i < 100; i++) {
            commit("g" + i / 10, "t" + i % 2, i % 10, i);
        }
        // When a few are asked for, then so many are told, always the same, and the rest is counted
        assertThat(core.sampleOffsets(7).positions())
                .hasSize(7)
                .isEqualTo(core.sampleOffsets(7).positions());
        assertThat(core.sampleOffsets(7).leftOut()).isEqualTo(93);
        assertThat(core.sampleOffsets(0).leftOut()).isEqualTo(100);
        assertThat(core.sampleOffsets(1_000).leftOut()).isZero();
    }

    private void commit(String group, String topic, int partition, long offset) {
        GroupEvent event = new OffsetCommitted(
                group,
                topic,
                partition,
                new CommittedOffset(offset, CommittedOffset.NO_EPOCH, "", 0, CommittedOffset.NO_EXPIRY, TopicId.ZERO));
        core.replay(event);
    }
}
