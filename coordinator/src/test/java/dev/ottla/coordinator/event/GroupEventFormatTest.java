package dev.ottla.coordinator.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.base.TopicId;
import dev.ottla.coordinator.runtime.BatchKind;
import dev.ottla.coordinator.runtime.StoredEvent;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class GroupEventFormatTest {
    private static final CommittedOffset COMMITTED =
            new CommittedOffset(42, 3, "said", 1_000, CommittedOffset.NO_EXPIRY, new TopicId(1, 2));

    private final GroupEventFormat format = new GroupEventFormat(GroupEventFormat.OFFSET_VALUE_WITH_TOPIC_ID);

    private GroupEvent again(GroupEvent event) {
        StoredEvent stored = format.encode(event);
        return format.decode(BatchKind.PLAIN, stored.key(), stored.value());
    }

    @Test
    void offsetsComeBackAsTheyWere() {
        // Given
        OffsetCommitted committed = new OffsetCommitted("g", "t", 7, COMMITTED);
        OffsetForgotten forgotten = new OffsetForgotten("g", "t", 7);
        // When, Then
        assertThat(again(committed)).isEqualTo(committed);
        assertThat(again(forgotten)).isEqualTo(forgotten);
    }

    @Test
    void anOffsetThatSaysWhenItGoesKeepsThat() {
        // Given
        CommittedOffset expiring = new CommittedOffset(42, -1, "said", 1_000, 5_000, TopicId.ZERO);
        OffsetCommitted committed = new OffsetCommitted("g", "t", 7, expiring);
        // When, Then
        assertThat(again(committed)).isEqualTo(committed);
    }

    @Test
    void anOlderReaderIsWrittenForWithoutTheTopicsId() {
        // Given
        GroupEventFormat older = new GroupEventFormat(GroupEventFormat.OFFSET_VALUE_WITHOUT_TOPIC_ID);
        // When
        StoredEvent stored = older.encode(new OffsetCommitted("g", "t", 7, COMMITTED));
        // Then
        assertThat(stored.value().getShort(0)).isEqualTo((short) 3);
        assertThat(((OffsetCommitted) older.decode(BatchKind.PLAIN, stored.key(), stored.value()))
                        .committed()
                        .topicId())
                .isEqualTo(TopicId.ZERO);
    }

    @Test
    void aGroupComesBackAsItWas() {
        // Given
        ClassicGroupStored group = new ClassicGroupStored(
                "g",
                "consumer",
                5,
                "range",
                "m1",
                1_234,
                List.of(new ClassicGroupStored.Member(
                        "m1", "i1", "client", "/127.0.0.1", 100, 200, new byte[] {1}, new byte[] {2, 3})));
        // When
        GroupEvent back = again(group);
        // Then
        assertThat(back).usingRecursiveComparison().isEqualTo(group);
        assertThat(again(new ClassicGroupForgotten("g"))).isEqualTo(new ClassicGroupForgotten("g"));
    }

    @Test
    void whatANewerBrokerWroteIsPassedOver() {
        // Given a key of a type that is not known here
        ByteBuffer key = ByteBuffer.allocate(2).putShort((short) 999).flip();
        // When, Then
        assertThat(format.decode(BatchKind.PLAIN, key, ByteBuffer.allocate(0))).isNull();
    }
}
