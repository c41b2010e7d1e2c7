package dev.ottla.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A monitor that reads the whole of {@code __consumer_offsets} with Apache Kafka's own classes. */
class OffsetsTopicLifeIT {
    @Test
    void groupsAreSeenAsInKafkaAtEachMomentOfTheirLives() throws Exception {
        // Given what is derived of lives on Apache Kafka
        String expected;
        try (Target kafka = ApacheKafka.start(SharedBroker.SETTINGS)) {
            expected = withIdsInTransactions(GroupLives.derived(kafka));
        }
        // When groups live the same on Ottla
        try (Target ottla = Ottla.start(SharedBroker.SETTINGS)) {
            // Then the same is derived
            assertThat(GroupLives.derived(ottla)).isEqualTo(expected).contains("\"group\":\"life-classic\"");
        }
    }

    /** An offset that comes in a transaction has the id of its topic too, as any other; Apache Kafka leaves it out. */
    private static String withIdsInTransactions(String derived) {
        String end = "\"metadata\":\"m\",\"commitTimestamp\":\"<time>\"";
        assertThat(derived).contains(end + "}");
        return derived.replace(end + "}", end + ",\"topicId\":\"<id of t>\"}");
    }
}
