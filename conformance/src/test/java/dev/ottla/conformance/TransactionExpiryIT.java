package dev.ottla.conformance;

import static dev.ottla.conformance.TransactionRequests.add;
import static dev.ottla.conformance.TransactionRequests.begin;
import static dev.ottla.conformance.TransactionRequests.describe;
import static dev.ottla.conformance.TransactionRequests.end;
import static dev.ottla.conformance.TransactionRequests.endQuietly;
import static dev.ottla.conformance.TransactionRequests.produce;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.conformance.TransactionRequests.Sender;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.message.DescribeTransactionsResponseData;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Transactional ids that nobody uses expire, on Apache Kafka and on Ottla: what clients see of it, also after a restart. */
class TransactionExpiryIT {
    private static final Map<String, String> FORGETFUL = Map.of(
            "transactional.id.expiration.ms", "1500",
            "transaction.remove.expired.transaction.cleanup.interval.ms", "100");
    private static final String NAME = "txn-expiry";
    private static final int PRODUCE_1 = 11;
    private static final int PRODUCE_2 = 12;

    /** Starts a broker of one kind on a folder. */
    private interface Kind {
        Target start(Path folder, Map<String, String> settings);
    }

    @Test
    void anIdThatNobodyUsesIsForgottenForGood(@TempDir Path kafkas, @TempDir Path ottlas) {
        // Given what Apache Kafka says
        List<String> expected = life(ApacheKafka::start, kafkas);
        // When Ottla is asked the same
        List<String> said = life(Ottla::start, ottlas);
        // Then it says the same, and that ids are gone
        assertThat(String.join("\n", said)).isEqualTo(String.join("\n", expected));
        assertThat(said).anyMatch(line -> line.contains("INVALID_PRODUCER_ID_MAPPING"));
    }

    private static List<String> life(Kind kind, Path folder) {
        Session transcript;
        Sender ended;
        try (Target broker = kind.start(folder, FORGETFUL);
                Session s = new Session(NAME, broker, new Coverage())) {
            transcript = s;
            TransactionScenarios.awaitCoordinator(s);
            String topic = s.createTopic("t", 2, Map.of());
            Sender open = begin(s, s.topic("open"));
            s.ask("an open transaction", produce(open, topic, 1, 0, "o"), PRODUCE_2);
            Sender empty = begin(s, s.topic("empty"));
            ended = begin(s, s.topic("ended"));
            s.ask("records", produce(ended, topic, 0, 0, "a"), PRODUCE_2);
            ended = endQuietly(s, ended, true);
            awaitForgotten(s, empty);
            awaitForgotten(s, ended);
            s.ask("what is left", describe(open.id(), empty.id(), ended.id()), 0);
            afterwards(s, topic, ended);
            s.ask("more of the open one", produce(open, topic, 1, 1, "p"), PRODUCE_2);
            s.ask("its end", end(open, true), 5);
        }
        // With Kafka's own patience: only what was stored can tell that the ids are gone
        try (Target broker = kind.start(folder, Map.of());
                Session s = new Session(NAME, broker, new Coverage())) {
            TransactionScenarios.awaitCoordinator(s);
            String topic = s.topic("t");
            s.await(
                    Requests.metadata(topic),
                    12,
                    MetadataResponseData.class,
                    reply -> reply.topics().iterator().next().errorCode() == 0);
            s.ask("what is left after a restart", describe(s.topic("empty"), ended.id()), 0);
            afterwards(s, topic, ended);
            Sender again = begin(s, ended.id());
            s.say("another producer id: " + (again.producerId() != ended.producerId()));
            s.say("epoch: " + again.epoch());
            transcript.transcript().addAll(s.transcript());
        }
        return transcript.transcript();
    }

    private static void afterwards(Session s, String topic, Sender gone) {
        s.ask("adds", add(gone, topic, 0), 3);
        s.ask("ends", end(gone, true), 5);
        s.ask("ends, first version", end(gone, true), 4);
        s.ask("writes", produce(gone, topic, 0, 0, "b"), PRODUCE_2);
        s.ask("writes, first version", produce(gone, topic, 0, 0, "b"), PRODUCE_1);
    }

    private static void awaitForgotten(Session s, Sender sender) {
        s.await(
                describe(sender.id()),
                0,
                DescribeTransactionsResponseData.class,
                reply -> reply.transactionStates().getFirst().errorCode() == Errors.TRANSACTIONAL_ID_NOT_FOUND.code());
    }
}
