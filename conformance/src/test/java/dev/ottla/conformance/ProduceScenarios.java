package dev.ottla.conformance;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.record.internal.MemoryRecords;

/** Produce: versions, acknowledgements, where it goes (corners 3, 11, 13, 23). */
final class ProduceScenarios {
    private static final int FIRST_BY_ID = 13;
    private static final int FIRST_THAT_WORKS = 3;

    private ProduceScenarios() {}

    static List<Scenario> all() {
        return List.of(
                new Scenario("produce-each", ProduceScenarios::eachVersion),
                new Scenario("produce-old", ProduceScenarios::oldVersions),
                new Scenario("produce-acks", ProduceScenarios::acks),
                new Scenario("produce-acks-none", ProduceScenarios::noAcks),
                new Scenario("produce-many", ProduceScenarios::manyPartitions),
                new Scenario("produce-codecs", ProduceScenarios::codecs),
                new Scenario("produce-stamps", ProduceScenarios::logAppendTime),
                new Scenario("produce-recompress", ProduceScenarios::recompressed),
                new Scenario("produce-transactional", ProduceScenarios::transactional));
    }

    private static void eachVersion(Session s) {
        String topic = s.createTopic("t", 2, Map.of());
        Uuid id = s.topicId(topic);
        for (int version = FIRST_THAT_WORKS; version <= 13; version++) {
            s.ask("a batch", to(version, topic, id, 0, Batches.of("a" + version, "b")), version);
            s.ask("a partition that is not", to(version, topic, id, 7, Batches.of("x")), version);
            s.ask("a topic that is not", to(version, s.topic("none"), new Uuid(3, 4), 0, Batches.of("x")), version);
            MemoryRecords corrupt = Batches.broken(Batches.of("x"), b -> b.put(b.limit() - 2, (byte) 'y'));
            s.ask("a batch with a wrong checksum", to(version, topic, id, 1, corrupt), version);
        }
        s.ask(Requests.fetch(Requests.fetchTopic(topic, id, Requests.from(0, 0))), 17);
    }

    private static ProduceRequestData to(int version, String topic, Uuid id, int partition, MemoryRecords records) {
        return Requests.produce(
                -1,
                version >= FIRST_BY_ID
                        ? Requests.topicData(id, partition, records)
                        : Requests.topicData(topic, partition, records));
    }

    /** Corner 3: advertised for the sake of clients that look at the minimum, but not taken. */
    private static void oldVersions(Session s) {
        String topic = s.createTopic("t");
        for (int version = 0; version < FIRST_THAT_WORKS; version++) {
            var header = RawClient.header(ApiKeys.PRODUCE, version, version);
            var body = Requests.produce(topic, 0, Batches.of("a"));
            s.exchangeAs(ApiKeys.PRODUCE, version, OldProduce.frame(header, body));
        }
        s.ask(Requests.listOffsets(topic, 0, -1), 7);
    }

    private static void acks(Session s) {
        String topic = s.createTopic("t");
        String picky = s.createTopic("picky", 1, Map.of("min.insync.replicas", "2"));
        for (int acks : List.of(1, -1, 2, -2, 127)) {
            s.ask("acks " + acks, Requests.produce(acks, Requests.topicData(topic, 0, Batches.of("a"))), 9);
            s.ask(
                    "acks " + acks + " and too few replicas",
                    Requests.produce(acks, Requests.topicData(picky, 0, Batches.of("a"))),
                    9);
        }
        s.ask("nothing to write", Requests.produce(-1), 9);
        s.ask(Requests.fetch(Requests.fetchTopic(topic, s.topicId(topic), Requests.from(0, 0))), 12);
        s.ask(Requests.fetch(Requests.fetchTopic(picky, s.topicId(picky), Requests.from(0, 0))), 12);
    }

    /** Corner 13: never an answer; the connection is closed on an error. */
    private static void noAcks(Session s) throws IOException {
        String topic = s.createTopic("t");
        RawClient connection = s.connection();
        connection.sendOnly(Requests.produce(0, Requests.topicData(topic, 0, Batches.of("a"))), 9);
        int next = connection.sendOnly(new ApiVersionsRequestData(), 0);
        s.say("the next answer is to the next request: " + (connection.receive().getInt() == next));
        s.eventually(
                Requests.listOffsets(topic, 0, -1),
                7,
                org.apache.kafka.common.message.ListOffsetsResponseData.class,
                // Nobody acknowledged it: it may be seen a moment later.
                reply -> reply.topics().getFirst().partitions().getFirst().offset() == 1);
        connection.sendOnly(Requests.produce(0, Requests.topicData(topic, 9, Batches.of("a"))), 9);
        s.say("closed on an unknown partition: " + connection.isClosedByBroker());
        connection.close();
        MemoryRecords corrupt = Batches.broken(Batches.of("x"), b -> b.put(b.limit() - 2, (byte) 'y'));
        connection.sendOnly(Requests.produce(0, Requests.topicData(topic, 0, corrupt)), 9);
        s.say("closed on a wrong checksum: " + connection.isClosedByBroker());
        connection.close();
        s.ask(Requests.fetch(Requests.fetchTopic(topic, s.topicId(topic), Requests.from(0, 0))), 12);
    }

    private static void manyPartitions(Session s) {
        String a = s.createTopic("a", 2, Map.of());
        String b = s.createTopic("b", 2, Map.of());
        MemoryRecords corrupt = Batches.broken(Batches.of("x"), buffer -> buffer.put(buffer.limit() - 2, (byte) 'y'));
        ProduceRequestData request = Requests.produce(
                -1, Requests.topicData(a, 0, Batches.of("a0")), Requests.topicData(b, 1, Batches.of("b1", "b1")));
        var more = Requests.topicData(s.topic("none"), 0, Batches.of("x"));
        request.topicData().add(more);
        request.topicData()
                .find(a, Uuid.ZERO_UUID)
                .setPartitionData(List.of(
                        new ProduceRequestData.PartitionProduceData()
                                .setIndex(0)
                                .setRecords(Batches.of("a0")),
                        new ProduceRequestData.PartitionProduceData()
                                .setIndex(1)
                                .setRecords(corrupt),
                        new ProduceRequestData.PartitionProduceData()
                                .setIndex(5)
                                .setRecords(Batches.of("x"))));
        s.ask("good and bad together", request, 9);
        s.ask(
                Requests.fetch(
                        Requests.fetchTopic(a, s.topicId(a), Requests.from(0, 0), Requests.from(1, 0)),
                        Requests.fetchTopic(b, s.topicId(b), Requests.from(0, 0), Requests.from(1, 0))),
                12);
        ProduceRequestData twice = Requests.produce(-1, Requests.topicData(a, 0, Batches.of("first")));
        twice.topicData()
                .find(a, Uuid.ZERO_UUID)
                .setPartitionData(List.of(
                        new ProduceRequestData.PartitionProduceData()
                                .setIndex(0)
                                .setRecords(Batches.of("first")),
                        new ProduceRequestData.PartitionProduceData()
                                .setIndex(0)
                                .setRecords(Batches.of("second"))));
        s.ask("one partition twice", twice, 9);
        s.ask("what of it is there", Requests.fetch(Requests.fetchTopic(a, s.topicId(a), Requests.from(0, 0))), 12);
    }

    private static void codecs(Session s) {
        String topic = s.createTopic("t");
        for (String codec : List.of("none", "gzip", "snappy", "lz4", "zstd")) {
            s.ask(
                    codec,
                    Requests.produce(topic, 0, Batches.compressed(codec, codec + "-1", codec + "-2", codec.repeat(99))),
                    9);
            s.ask(codec + " as v3", Requests.produce(topic, 0, Batches.compressed(codec, codec)), 3);
        }
        s.ask(Requests.fetch(Requests.fetchTopic(topic, s.topicId(topic), Requests.from(0, 0))), 12);
        s.ask(
                "before zstd was known",
                Requests.fetch(Requests.fetchTopic(topic, s.topicId(topic), Requests.from(0, 0))),
                9);
        s.ask(
                "from inside a compressed batch",
                Requests.fetch(Requests.fetchTopic(topic, s.topicId(topic), Requests.from(0, 5))),
                12);
    }

    private static void logAppendTime(Session s) {
        String topic = s.createTopic("t", 1, Map.of("message.timestamp.type", "LogAppendTime"));
        for (String codec : List.of("none", "gzip", "lz4")) {
            s.ask(codec, Requests.produce(topic, 0, Batches.compressed(codec, "a", "b")), 9);
        }
        s.ask("v3", Requests.produce(topic, 0, Batches.of("c")), 3);
        s.ask(Requests.fetch(Requests.fetchTopic(topic, s.topicId(topic), Requests.from(0, 0))), 12);
    }

    private static void recompressed(Session s) {
        for (String codec : List.of("uncompressed", "gzip", "snappy", "lz4", "zstd")) {
            String topic = s.createTopic(codec, 1, Map.of("compression.type", codec));
            s.produce(topic, 0, Batches.of("plain"));
            s.produce(topic, 0, Batches.compressed("gzip", "g1", "g2"));
            s.produce(topic, 0, Batches.compressed("zstd", "z1", "z2"));
            var reply = s.peek(Requests.fetch(Requests.fetchTopic(topic, s.topicId(topic), Requests.from(0, 0))), 12);
            // How many bytes a codec's output takes is the encoder's business; everything else is the client's.
            s.say(codec);
            s.recordsOf(reply).forEach(line -> s.say(line.replaceAll(" size=.*", "")));
        }
    }

    private static void transactional(Session s) {
        // Of an idempotent producer's rights only: transactions come with their coordinator.
        String topic = s.createTopic("t");
        var records = MemoryRecords.withTransactionalRecords(
                org.apache.kafka.common.compress.Compression.NONE,
                9_000_000L,
                (short) 0,
                0,
                Batches.record(1, null, "a"));
        s.ask("without the transactional id", Requests.produce(topic, 0, records), 9);
    }
}
