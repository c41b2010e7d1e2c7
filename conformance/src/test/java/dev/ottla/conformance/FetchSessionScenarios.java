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

    private static void unknownTopicId(Session s) {
        String topic = s.createTopic("t");
        FetchTopic good = Requests.fetchTopic(topic, s.topicId(topic), Requests.from(0, 0));
        FetchTopic bad = Requests.fetchTopic("", new Uuid(4, 4), Requests.from(0, 0));
        int id = s.ask(next(0, 0, good, bad), 17).as(FetchResponseData.class).sessionId();
        s.ask("still unknown", next(id, 1), 17);
    }
}
