package dev.ottla.conformance;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.conformance.AckedHistory.Found;
import java.util.List;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The judge of the crash test must see each kind of loss. */
class AckedHistoryTest {
    private static final TopicPartition PARTITION = new TopicPartition("t", 0);
    private final AckedHistory history = new AckedHistory();

    @BeforeEach
    void twoAcknowledged() {
        history.add(PARTITION, 0, "a");
        history.add(PARTITION, 2, "c");
    }

    private void check(List<Found> found) {
        history.check("now", PARTITION, found, offset -> "the batch of " + offset);
    }

    @Test
    void acceptsWhatWasAcknowledgedAndMore() {
        assertThatCode(() -> check(List.of(new Found(0, "a"), new Found(1, "b"), new Found(2, "c"), new Found(3, "d"))))
                .doesNotThrowAnyException();
    }

    @Test
    void seesALostTail() {
        assertThatThrownBy(() -> check(List.of(new Found(0, "a"), new Found(1, "b"))))
                .hasMessageContaining("should be c, but is nothing");
    }

    @Test
    void seesAnEmptiedPartition() {
        assertThatThrownBy(() -> check(List.of())).isInstanceOf(AssertionError.class);
    }

    @Test
    void seesAHole() {
        assertThatThrownBy(() -> check(List.of(new Found(0, "a"), new Found(2, "c"))))
                .hasMessageContaining("has offset 2 where 1 follows");
    }

    @Test
    void seesADuplicate() {
        assertThatThrownBy(() -> check(List.of(new Found(0, "a"), new Found(1, "a"), new Found(2, "c"))))
                .hasMessageContaining("twice")
                .hasMessageContaining("at 1 in the batch of 1");
    }

    @Test
    void seesAnotherValue() {
        assertThatThrownBy(() -> check(List.of(new Found(0, "a"), new Found(1, "b"), new Found(2, "x"))))
                .hasMessageContaining("should be c, but is x");
    }
}
