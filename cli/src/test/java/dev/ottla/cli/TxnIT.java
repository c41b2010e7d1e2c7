package dev.ottla.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TxnIT {
    private static TestBroker broker;

    @BeforeAll
    static void start(@TempDir Path data) {
        broker = TestBroker.start(data);
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    /** In the middle of a transaction on a topic of its name. */
    private static KafkaProducer<String, String> open(String id) throws Exception {
        broker.topic(id, 2);
        var producer = new KafkaProducer<String, String>(
                Map.of("bootstrap.servers", broker.address(), "transactional.id", id),
                new StringSerializer(),
                new StringSerializer());
        producer.initTransactions();
        producer.beginTransaction();
        producer.send(new ProducerRecord<>(id, 1, "k", "v")).get();
        return producer;
    }

    @Test
    void listAndDescribeShowWhatIsOpen() throws Exception {
        // Given an open transaction and one that was committed
        try (var one = open("shown");
                var other = open("done")) {
            other.commitTransaction();

            // Then the list shows both, or only what is open, or only what is named so
            assertThat(broker.run("txn", "list").out())
                    .containsPattern("shown +Ongoing +\\d+")
                    .contains("done");
            assertThat(broker.run("txn", "list", "--open").out())
                    .contains("shown")
                    .doesNotContain("done");
            assertThat(broker.run("txn", "list", "--pattern", "do.*").out())
                    .contains("done")
                    .doesNotContain("shown");

            // And each can be looked at
            JsonNode json =
                    broker.run("txn", "describe", "shown", "--json").json().get(0);
            assertThat(json.get("state").asText()).isEqualTo("Ongoing");
            assertThat(json.get("partitions").toString()).isEqualTo("[\"shown-1\"]");
            assertThat(broker.run("txn", "describe", "shown").out())
                    .contains("State       Ongoing", "Partitions  shown-1");
            assertThat(one).isNotNull();
        }
        assertThat(broker.run("txn", "describe", "nobody").exitCode()).isEqualTo(4);
    }

    @Test
    void abortEndsWhatIsOpenAndFencesItsProducer() throws Exception {
        try (var producer = open("aborted")) {
            // When
            var aborted = broker.run("txn", "abort", "aborted");
            // Then
            assertThat(aborted.out()).isEqualTo("Aborted what 'aborted' had open; its producer is fenced.\n");
            assertThatThrownBy(producer::commitTransaction).isInstanceOf(KafkaException.class);
            assertThat(broker.run("txn", "list", "--open").out()).doesNotContain("aborted");
        }
        assertThat(broker.run("txn", "abort", "nobody").exitCode()).isEqualTo(4);
        assertThat(broker.run("txn", "list").out()).doesNotContain("nobody");
    }
}
