package dev.ottla.conformance;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.message.DeleteRecordsRequestData;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsPartition;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsTopic;
import org.apache.kafka.common.message.DescribeProducersRequestData;
import org.apache.kafka.common.message.DescribeProducersRequestData.TopicRequest;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.InitProducerIdResponseData;
import org.apache.kafka.common.protocol.ApiKeys;

/** Producer ids, sequences and epochs (corners 30 to 33), InitProducerId and DescribeProducers. */
final class IdempotenceScenarios {
    private static final int FIRST_WITH_EPOCH = 3;

    private IdempotenceScenarios() {}

    static List<Scenario> all() {
        return List.of(
                new Scenario("producer-id-each", IdempotenceScenarios::initProducerId),
                new Scenario("producer-sequences", IdempotenceScenarios::sequences),
                new Scenario("producer-first", IdempotenceScenarios::firstSequence),
                new Scenario("producer-wrap", IdempotenceScenarios::wrapAround),
                new Scenario("producer-epochs", IdempotenceScenarios::epochs),
                new Scenario("producer-window", IdempotenceScenarios::window),
                new Scenario("producer-forgotten", IdempotenceScenarios::afterDeleteRecords),
                new Scenario("producer-describe", IdempotenceScenarios::describeProducers));
    }

    private static void initProducerId(Session s) {
        producerId(s);
        for (int version : WantedApis.of(ApiKeys.INIT_PRODUCER_ID).list()) {
            s.ask("idempotent", idempotent(), version);
            s.ask("empty transactional id", idempotent().setTransactionalId(""), version);
            if (version >= FIRST_WITH_EPOCH) {
                s.ask("id without epoch", idempotent().setProducerId(5), version);
                s.ask("epoch without id", idempotent().setProducerEpoch((short) 5), version);
                s.ask("a known id and epoch", idempotent().setProducerId(5).setProducerEpoch((short) 5), version);
            }
        }
        long before = producerId(s);
        s.say("ids grow: " + (producerId(s) > before));
    }

    private static InitProducerIdRequestData idempotent() {
        return new InitProducerIdRequestData().setTransactionalId(null).setTransactionTimeoutMs(60_000);
    }

    private static long producerId(Session s) {
        // Apache Kafka answers that it is loading until it has its first block of ids.
        return s.await(idempotent(), 4, InitProducerIdResponseData.class, reply -> reply.errorCode() == 0)
                .producerId();
    }

    private static void sequences(Session s) {
        String topic = s.createTopic("t");
        long id = producerId(s);
        produce(s, topic, id, 0, 0, 2, "first");
        produce(s, topic, id, 0, 0, 2, "duplicate");
        produce(s, topic, id, 0, 2, 3, "next");
        produce(s, topic, id, 0, 2, 3, "duplicate");
        produce(s, topic, id, 0, 0, 2, "older duplicate");
        produce(s, topic, id, 0, 2, 2, "same first, fewer records");
        produce(s, topic, id, 0, 3, 2, "inside a batch");
        produce(s, topic, id, 0, 6, 1, "gap");
        produce(s, topic, id, 0, 5, 1, "no gap");
        for (int version : List.of(3, 5, 8, 11)) {
            s.ask("duplicate", Requests.produce(topic, 0, Batches.idempotent(id, 0, 5, "v0")), version);
            s.ask("gap", Requests.produce(topic, 0, Batches.idempotent(id, 0, 50, "v0")), version);
        }
        s.ask("another producer", Requests.produce(topic, 0, Batches.idempotent(id + 1_000_000, 0, 0, "x")), 9);
        s.ask(Requests.fetch(Requests.fetchTopic(topic, s.topicId(topic), Requests.from(0, 0))), 12);
    }

    private static void firstSequence(Session s) {
        String topic = s.createTopic("t");
        long id = producerId(s);
        produce(s, topic, id, 0, 17, 1, "an unknown producer begins anywhere");
        produce(s, topic, id, 0, 18, 1, "and goes on");
        produce(s, topic, id, 0, 0, 1, "but not back");
        produce(s, topic, producerId(s), 3, 0, 1, "with a higher epoch");
        var batch = Batches.idempotent(producerId(s), 0, 0, "a");
        s.ask(
                "epoch -1",
                Requests.produce(
                        topic, 0, Batches.mended(batch, b -> b.putShort(Batches.PRODUCER_EPOCH_AT, (short) -1))),
                9);
        s.ask(
                "sequence -1",
                Requests.produce(topic, 0, Batches.mended(batch, b -> b.putInt(Batches.SEQUENCE_AT, -1))),
                9);
        s.ask(
                "sequence -2",
                Requests.produce(topic, 0, Batches.mended(batch, b -> b.putInt(Batches.SEQUENCE_AT, -2))),
                9);
        s.ask(
                "producer id -2",
                Requests.produce(topic, 0, Batches.mended(batch, b -> b.putLong(Batches.PRODUCER_ID_AT, -2))),
                9);
    }

    /** Corner 30: after the largest comes zero, inside a batch too. */
    private static void wrapAround(Session s) {
        String topic = s.createTopic("t");
        long id = producerId(s);
        produce(s, topic, id, 0, Integer.MAX_VALUE - 1, 1, "last but one");
        produce(s, topic, id, 0, Integer.MAX_VALUE, 1, "last");
        produce(s, topic, id, 0, 0, 1, "zero");
        produce(s, topic, id, 0, Integer.MAX_VALUE, 1, "duplicate of the last");
        long other = producerId(s);
        produce(s, topic, other, 0, Integer.MAX_VALUE - 1, 4, "over the edge");
        produce(s, topic, other, 0, Integer.MAX_VALUE - 1, 4, "duplicate");
        produce(s, topic, other, 0, 2, 1, "next");
        s.ask(Requests.fetch(Requests.fetchTopic(topic, s.topicId(topic), Requests.from(0, 0))), 12);
    }

    private static void epochs(Session s) {
        String topic = s.createTopic("t");
        long id = producerId(s);
        produce(s, topic, id, 1, 0, 1, "epoch 1");
        produce(s, topic, id, 1, 1, 1, "epoch 1");
        produce(s, topic, id, 2, 5, 1, "a new epoch that does not begin at 0");
        produce(s, topic, id, 2, 0, 1, "a new epoch");
        produce(s, topic, id, 1, 2, 1, "the old epoch");
        produce(s, topic, id, 1, 1, 1, "a duplicate of the old epoch");
        produce(s, topic, id, 2, 1, 1, "goes on");
        produce(s, topic, id, 9, 0, 1, "epochs may be left out");
        for (int version : List.of(3, 9, 11, 12)) {
            s.ask("the old epoch", Requests.produce(topic, 0, Batches.idempotent(id, 2, 2, "v")), version);
        }
    }

    /** Corner 31: the last five batches are known, the one before is not. */
    private static void window(Session s) {
        String topic = s.createTopic("t");
        long id = producerId(s);
        for (int i = 0; i < 7; i++) {
            produce(s, topic, id, 0, i, 1, "batch " + i);
        }
        for (int i = 6; i >= 0; i--) {
            produce(s, topic, id, 0, i, 1, "again " + i);
        }
    }

    /** Corner 32: who is forgotten may begin anywhere. */
    private static void afterDeleteRecords(Session s) {
        String topic = s.createTopic("t");
        long id = producerId(s);
        produce(s, topic, id, 0, 0, 3, "first");
        s.ask(
                new DeleteRecordsRequestData()
                        .setTimeoutMs(10_000)
                        .setTopics(List.of(new DeleteRecordsTopic()
                                .setName(topic)
                                .setPartitions(List.of(new DeleteRecordsPartition()
                                        .setPartitionIndex(0)
                                        .setOffset(3))))),
                2);
        produce(s, topic, id, 0, 0, 3, "duplicate of what was deleted");
        produce(s, topic, id, 0, 7, 1, "gap");
        produce(s, topic, id, 0, 3, 1, "next");
    }

    private static void describeProducers(Session s) {
        String topic = s.createTopic("t", 2, Map.of());
        long first = producerId(s);
        long second = producerId(s);
        produce(s, topic, first, 0, 0, 3, "first");
        produce(s, topic, second, 2, 0, 1, "second");
        s.ask("both", describe(topic, 0), 0);
        s.ask("nobody", describe(topic, 1), 0);
        s.ask("no such partition", describe(topic, 0, 7), 0);
        s.ask("no such topic", describe(s.topic("none"), 0), 0);
        s.ask("invalid name", describe("a b", 0), 0);
        s.ask("nothing asked", new DescribeProducersRequestData(), 0);
    }

    private static DescribeProducersRequestData describe(String topic, Integer... partitions) {
        return new DescribeProducersRequestData()
                .setTopics(List.of(new TopicRequest().setName(topic).setPartitionIndexes(List.of(partitions))));
    }

    private static void produce(Session s, String topic, long id, int epoch, int sequence, int count, String about) {
        String[] values = new String[count];
        for (int i = 0; i < count; i++) {
            values[i] = "v" + i;
        }
        s.ask(
                about + ", epoch " + epoch + " sequence " + sequence,
                Requests.produce(topic, 0, Batches.idempotent(id, epoch, sequence, values)),
                9);
    }
}
