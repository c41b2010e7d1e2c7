package dev.ottla.conformance;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchResponseData;

/** Fetch without sessions: versions, positions, sizes, waiting, errors (corners 8, 9, 11, 14, 15, 18, 20). */
final class FetchScenarios {
    private static final int FIRST_WITH_LEADER_EPOCH = 9;
    private static final int FIRST_BY_ID = 13;
    private static final long NOT_AT_ONCE_MS = 150;

    private FetchScenarios() {}

    static List<Scenario> all() {
        return List.of(
                new Scenario("fetch-each", FetchScenarios::eachVersion),
                new Scenario("fetch-positions", FetchScenarios::positions),
                new Scenario("fetch-sizes", FetchScenarios::sizes),
                new Scenario("fetch-many", FetchScenarios::manyPartitions),
                new Scenario("fetch-ids", FetchScenarios::topicIds),
                new Scenario("fetch-epochs", FetchScenarios::leaderEpochs),
                new Scenario("fetch-committed", FetchScenarios::readCommitted),
                new Scenario("fetch-waits", FetchScenarios::longPoll),
                new Scenario("fetch-old-producers", FetchScenarios::compressedOverVersions));
    }

    private static void eachVersion(Session s) {
        String topic = s.createTopic("t");
        Uuid id = s.topicId(topic);
        s.produce(topic, 0, Batches.of("a", "b"));
        s.produce(topic, 0, Batches.compressed("gzip", "c", "d"));
        for (int version = 4; version <= 18; version++) {
            s.ask("from the beginning", one(topic, id, Requests.from(0, 0)), version);
            s.ask("beyond the end", one(topic, id, Requests.from(0, 9)), version);
            s.ask("no such partition", one(topic, id, Requests.from(5, 0)), version);
            s.ask("no such topic", one(s.topic("none"), new Uuid(7, 8), Requests.from(0, 0)), version);
            s.ask("nothing", Requests.fetch(), version);
        }
    }

    private static FetchRequestData one(String topic, Uuid id, FetchPartition partition) {
        return Requests.fetch(Requests.fetchTopic(topic, id, partition));
    }

    /** Corner 14: an offset inside a batch brings the whole batch. */
    private static void positions(Session s) {
        String topic = s.createTopic("t");
        Uuid id = s.topicId(topic);
        s.produce(topic, 0, Batches.of("a", "b", "c"));
        s.produce(topic, 0, Batches.compressed("zstd", "d", "e", "f"));
        s.produce(topic, 0, Batches.of("g"));
        for (long offset : List.of(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, -1L, -2L, Long.MAX_VALUE)) {
            s.ask("from " + offset, one(topic, id, Requests.from(0, offset)), 12);
        }
    }

    /** Corner 15: the first batch comes whole, whatever the limits; the next only when they leave room. */
    private static void sizes(Session s) {
        String topic = s.createTopic("t");
        Uuid id = s.topicId(topic);
        for (int i = 0; i < 4; i++) {
            s.produce(topic, 0, Batches.of("x".repeat(100) + i));
        }
        int batch = Batches.sizeBytes("x".repeat(100) + 0);
        for (int most : List.of(0, 1, batch - 1, batch, batch + 1, 2 * batch - 1, 2 * batch, 10 * batch)) {
            String about = "%.1f batches".formatted((double) most / batch) + " and " + (most % batch);
            FetchPartition partition = Requests.from(0, 0).setPartitionMaxBytes(most);
            s.ask("a partition: " + about, one(topic, id, partition), 12);
            s.ask("a reply: " + about, one(topic, id, Requests.from(0, 0)).setMaxBytes(most), 12);
            s.ask("v4: " + about, one(topic, id, partition).setMaxBytes(most), 4);
        }
    }

    private static void manyPartitions(Session s) {
        String a = s.createTopic("a", 3, Map.of());
        String b = s.createTopic("b");
        for (int partition = 0; partition < 3; partition++) {
            s.produce(a, partition, Batches.of("a" + partition + "x".repeat(100)));
        }
        s.produce(b, 0, Batches.of("b"));
        FetchTopic both = Requests.fetchTopic(
                a, s.topicId(a), Requests.from(2, 0), Requests.from(0, 0), Requests.from(1, 1), Requests.from(9, 0));
        FetchTopic other = Requests.fetchTopic(b, s.topicId(b), Requests.from(0, 0), Requests.from(0, 5));
        for (int version : List.of(4, 7, 12, 13, 17)) {
            s.ask("several", Requests.fetch(both, other), version);
            s.ask("only the first fits", Requests.fetch(both, other).setMaxBytes(10), version);
        }
    }

    /** Corner 11. */
    private static void topicIds(Session s) {
        String topic = s.createTopic("t");
        s.produce(topic, 0, Batches.of("a"));
        for (int version = FIRST_BY_ID; version <= 18; version++) {
            s.ask(
                    "known and unknown",
                    Requests.fetch(
                            Requests.fetchTopic(topic, s.topicId(topic), Requests.from(0, 0)),
                            Requests.fetchTopic("", new Uuid(1, 1), Requests.from(0, 0), Requests.from(1, 0))),
                    version);
            s.ask("zero", Requests.fetch(Requests.fetchTopic("", Uuid.ZERO_UUID, Requests.from(0, 0))), version);
        }
    }

    private static void leaderEpochs(Session s) {
        String topic = s.createTopic("t");
        Uuid id = s.topicId(topic);
        s.produce(topic, 0, Batches.of("a"));
        for (int version : List.of(FIRST_WITH_LEADER_EPOCH, 12, 17)) {
            for (int epoch : List.of(-1, 0, 1)) {
                s.ask(
                        "current epoch " + epoch,
                        one(topic, id, Requests.from(0, 0).setCurrentLeaderEpoch(epoch)),
                        version);
            }
        }
        for (int epoch : List.of(-1, 0, 1, 5)) {
            s.ask(
                    "last fetched epoch " + epoch,
                    one(topic, id, Requests.from(0, 1).setLastFetchedEpoch(epoch)),
                    12);
        }
        s.ask(
                "fetched beyond the end of an epoch",
                one(topic, id, Requests.from(0, 2).setLastFetchedEpoch(0)),
                12);
    }

    private static void readCommitted(Session s) {
        String topic = s.createTopic("t");
        Uuid id = s.topicId(topic);
        s.produce(topic, 0, Batches.of("a", "b"));
        for (int version : List.of(4, 8, 12, 17)) {
            s.ask(one(topic, id, Requests.from(0, 0)).setIsolationLevel((byte) 1), version);
        }
    }

    /** Corner 18: min bytes counts over all partitions, and a produce ends the wait. */
    private static void longPoll(Session s) throws Exception {
        String topic = s.createTopic("t", 2, Map.of());
        Uuid id = s.topicId(topic);
        FetchTopic both = Requests.fetchTopic(topic, id, Requests.from(0, 0), Requests.from(1, 0));
        timed(s, "nothing there, 200 ms", Requests.fetch(both).setMinBytes(1).setMaxWaitMs(200));
        timed(
                s,
                "nothing there, min bytes 0",
                Requests.fetch(both).setMinBytes(0).setMaxWaitMs(20_000));
        s.ask(
                "with a partition that is not",
                Requests.fetch(Requests.fetchTopic(topic, id, Requests.from(0, 0), Requests.from(9, 0)))
                        .setMinBytes(1)
                        .setMaxWaitMs(200),
                12);
        try (RawClient producer = new RawClient(s.target())) {
            int waiting = s.connection()
                    .sendOnly(Requests.fetch(both).setMinBytes(150).setMaxWaitMs(20_000), 12);
            producer.ask(Requests.produce(topic, 0, Batches.of("x".repeat(50))), 9);
            producer.ask(Requests.produce(topic, 1, Batches.of("y".repeat(50))), 9);
            var header = RawClient.header(org.apache.kafka.common.protocol.ApiKeys.FETCH, 12, waiting);
            FetchResponseData reply =
                    (FetchResponseData) RawClient.decode(s.connection().receive(), header);
            s.record(
                    "woken once both partitions have enough",
                    org.apache.kafka.common.protocol.ApiKeys.FETCH,
                    12,
                    new Reply(reply));
        }
        timed(
                s,
                "more than there is, 200 ms",
                Requests.fetch(both).setMinBytes(1_000_000).setMaxWaitMs(200));
        timed(s, "enough there", Requests.fetch(both).setMinBytes(100).setMaxWaitMs(20_000));
    }

    private static void timed(Session s, String about, FetchRequestData request) {
        long start = System.nanoTime();
        s.ask(about, request, 12);
        long tookMs = (System.nanoTime() - start) / 1_000_000;
        s.say(tookMs < NOT_AT_ONCE_MS ? "at once" : tookMs < 10_000 ? "after a while" : "much too late");
    }

    private static void compressedOverVersions(Session s) {
        String topic = s.createTopic("t");
        Uuid id = s.topicId(topic);
        s.produce(topic, 0, Batches.compressed("zstd", "a"));
        for (int version : List.of(4, 9, 10)) {
            s.ask(one(topic, id, Requests.from(0, 0)), version);
        }
        String declared = s.createTopic("declared", 1, Map.of("compression.type", "zstd"));
        Uuid declaredId = s.topicId(declared);
        s.produce(declared, 0, Batches.of("a"));
        for (int version : List.of(4, 9)) {
            Reply reply = s.peek(one(declared, declaredId, Requests.from(0, 0)), version);
            s.say("the topic's own codec");
            s.recordsOf(reply).forEach(line -> s.say(line.replaceAll(" size=.*", "")));
        }
    }
}
