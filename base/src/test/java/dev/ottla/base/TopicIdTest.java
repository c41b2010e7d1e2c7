package dev.ottla.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TopicIdTest {
    @Test
    void textRoundTrips() {
        // Given ids from a seeded source
        RandomSource random = RandomSource.seeded(7);
        for (int i = 0; i < 1000; i++) {
            TopicId id = TopicId.random(random);

            // When written as text and read back, Then nothing is lost and tools do not take it for an option
            assertThat(TopicId.parse(id.toString())).isEqualTo(id);
            assertThat(id.toString()).hasSize(22).doesNotStartWith("-");
        }
    }

    @Test
    void badTextIsRefused() {
        assertThatThrownBy(() -> TopicId.parse("AAAA")).isInstanceOf(IllegalArgumentException.class);
    }
}
