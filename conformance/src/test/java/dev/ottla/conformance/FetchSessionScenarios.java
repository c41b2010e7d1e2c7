package dev.ottla.conformance;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchRequestData.ForgottenTopic;
import org.apache.kafka.common.message.FetchResponseData;

/** Fetch sessions (KIP-227; corners 16 and 17). */
final class FetchSessionScenarios {
    private FetchSessionScenarios() {}

    static List<Scenario> all() {
        return List.of(
                new Scenario("session-by-name", s -> life(s, 12)),
                new Scenario("session-by-id", s -> life(s, 17)),
                new Scenario("session-first", s -> life(s, 7)),
                new Scenario("session-errors", FetchSessionScenarios::errors),
                new Scenario("session-switch", FetchSessionScenarios::namesAndIds),
                new Scenario("session-rotation", FetchSessionScenarios::rotation),
                new Scenario("session-unknown-id", FetchSessionScenarios::unknownTopicId));
    }

    private static void life(Session s, int version) {
        String a = s.createTopic("a", 2, Map.of());
        String b = s.createTopic("b");
        Uuid aId = s.topicId(a);
        Uuid bId = s.topicId(b);
        s.produce(a, 0, Batches.of("a0"));
        FetchRequestData full = Requests.fetch(
                        Requests.fetchTopic(a, aId, Requests.from(0, 0), Requests.from(1, 0)),
                        Requests.fetchTopic(b, bId, Requests.from(0, 0)))
                .setSessionEpoch(0);
        int id = s.ask("a session begins with everything", full, version)
                .as(FetchResponseData.class)
                .sessionId();
        s.ask(
                "the client moved on: nothing new",
                next(id, 1, Requests.fetchTopic(a, aId, Requests.from(0, 1))),
                version);
        s.produce(b, 0, Batches.of("b0"));
        s.ask("only what changed", next(id, 2), version);
        s.ask("again, as the client did not move on", next(id, 3), version);
        FetchRequestData forget = next(id, 4);
        forget.setForgottenTopicsData(
                List.of(new ForgottenTopic().setTopic(b).setTopicId(bId).setPartitions(List.of(0))));
        s.ask("one is forgotten", forget, version);
        s.produce(a, 1, Batches.of("a1"));
        s.ask("another has news", next(id, 5), version);
        s.ask("one more is added", next(id, 6, Requests.fetchTopic(b, bId, Requests.from(0, 1))), version);
        s.ask(
                "a partition that is not",
                next(id, 7, Requests.fetchTopic(a, aId, Requests.from(1, 1), Requests.from(9, 0))),
                version);
        s.ask("an error is told once more", next(id, 8), version);
        s.ask("ended by its client", next(id, -1), version);
        s.ask("it is gone", next(id, 9), version);
    }

    private static FetchRequestData next(int id, int epoch, FetchTopic... topics) {
        return Requests.fetch(topics).setSessionId(id).setSessionEpoch(epoch);
    }

    private static void errors(Session s) {
        String topic = s.createTopic("t");
        Uuid topicId = s.topicId(topic);
        FetchTopic all = Requests.fetchTopic(topic, topicId, Requests.from(0, 0));
        for (int version : List.of(7, 12, 17)) {
            int id = s.ask(next(0, 0, all), version).as(FetchResponseData.class).sessionId();
            s.ask("skips an epoch", next(id, 2), version);
            s.ask("the epoch before", next(id, 1), version);
            s.ask("that epoch again", next(id, 1), version);
            s.ask("unknown id", next(id ^ 0x5555, 1), version);
            s.ask("no id, but an epoch", next(0, 5, all), version);
            s.ask("negative epoch", next(id, -7), version);
            s.ask("ends and takes a new one", next(id, 0, all), version);
            s.ask("nothing asked", next(0, 0), version);
        }
    }

    private static void namesAndIds(Session s) {
        String topic = s.createTopic("t");
        FetchTopic all = Requests.fetchTopic(topic, s.topicId(topic), Requests.from(0, 0));
        int byName = s.ask(next(0, 0, all), 12).as(FetchResponseData.class).sessionId();
        s.ask("names to ids", next(byName, 1, all), 13);
        int byId = s.ask(next(0, 0, all), 13).as(FetchResponseData.class).sessionId();
        s.ask("ids to names", next(byId, 1, all), 12);
        s.ask("ids to names with nothing new", next(byId, 1), 12);
    }

    /** Three partitions have records, an answer has room for one batch, or two: nobody starves. */
    private static void rotation(Session s) {
        for (int version : List.of(7, 12, 17)) {
            String a = s.createTopic("a" + version, 2, Map.of());
            String b = s.createTopic("b" + version);
            for (int i = 0; i < 3; i++) {
                s.produce(a, 0, Batches.of("a0-" + i));
                s.produce(a, 1, Batches.of("a1-" + i));
                s.produce(b, 0, Batches.of("b0-" + i));
            }
            FetchTopic ofA = Requests.fetchTopic(a, s.topicId(a), Requests.from(0, 0), Requests.from(1, 0));
            FetchTopic ofB = Requests.fetchTopic(b, s.topicId(b), Requests.from(0, 0));
            int id = askInOrder(s, "all are asked for", next(0, 0, ofA, ofB).setMaxBytes(1), version);
            // A client that does not move on is given the same again, when its turn comes.
            for (int epoch = 1; epoch <= 4; epoch++) {
                askInOrder(s, "room for one", next(id, epoch).setMaxBytes(1), version);
            }
            askInOrder(s, "room for two", next(id, 5).setMaxBytes(144), version);
            askInOrder(s, "room for one again", next(id, 6).setMaxBytes(1), version);
            askInOrder(s, "room for all", next(id, 7), version);
            FetchTopic onlyA1 = Requests.fetchTopic(a, s.topicId(a), Requests.from(1, 2));
            askInOrder(s, "moving on changes no turn", next(id, 8, onlyA1).setMaxBytes(1), version);
            askInOrder(s, "who is new comes last", next(id, 9, ofB, onlyA1).setMaxBytes(1), version);
            FetchRequestData forget = next(id, 10).setMaxBytes(1);
            forget.setForgottenTopicsData(List.of(
                    new ForgottenTopic().setTopic(a).setTopicId(s.topicId(a)).setPartitions(List.of(0))));
            askInOrder(s, "one leaves", forget, version);
            FetchTopic back = Requests.fetchTopic(a, s.topicId(a), Requests.from(0, 0));
            askInOrder(s, "and comes back", next(id, 11, back).setMaxBytes(1), version);
            for (int epoch = 12; epoch <= 15; epoch++) {
                askInOrder(s, "room for one", next(id, epoch).setMaxBytes(1), version);
            }
        }
    }

    /** As the order of an answer is its subject: writes it down before the sorted answer; its session. */
    private static int askInOrder(Session s, String about, FetchRequestData request, int version) {
        Reply reply = s.ask(about, request, version);
        FetchResponseData answer = reply.as(FetchResponseData.class);
        for (var topic : answer.responses()) {
            for (var partition : topic.partitions()) {
                s.say("in order: %s partition %d, %d bytes"
                        .formatted(
                                version < 13
                                        ? topic.topic()
                                        : s.labels()
                                                .of("topicId", topic.topicId().toString()),
                                partition.partitionIndex(),
                                partition.records().sizeInBytes()));
            }
        }
        return answer.sessionId();
    }

    private static void unknownTopicId(Session s) {
        String topic = s.createTopic("t");
        FetchTopic good = Requests.fetchTopic(topic, s.topicId(topic), Requests.from(0, 0));
        FetchTopic bad = Requests.fetchTopic("", new Uuid(4, 4), Requests.from(0, 0));
        int id = s.ask(next(0, 0, good, bad), 17).as(FetchResponseData.class).sessionId();
        s.ask("still unknown", next(id, 1), 17);
    }
}
