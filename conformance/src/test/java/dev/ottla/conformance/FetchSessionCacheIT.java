package dev.ottla.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.ReplicaState;
import org.apache.kafka.common.message.FetchResponseData;
import org.junit.jupiter.api.Test;

/** What fetchers see of Apache Kafka and of Ottla when there are more of them than slots for sessions. */
class FetchSessionCacheIT {
    /** Apache Kafka spreads its slots over eight shards, which it fills in turn: one slot each. */
    private static final int SLOTS = 8;

    private static final Map<String, String> FEW_SLOTS =
            Map.of("max.incremental.fetch.session.cache.slots", String.valueOf(SLOTS));
    private static final int VERSION = 17;
    private static final int FOLLOWER = 7;
    private static final int CONSUMER = -1;

    @Test
    void aFullCacheIsAsInKafka() {
        // Given what Apache Kafka says
        List<String> expected;
        try (Target kafka = ApacheKafka.start(FEW_SLOTS)) {
            expected = transcript(kafka);
        }
        // When Ottla is asked the same
        List<String> said;
        try (Target ottla = Ottla.start(FEW_SLOTS)) {
            said = transcript(ottla);
        }
        // Then it says the same, and it was about a full cache
        assertThat(String.join("\n", said)).isEqualTo(String.join("\n", expected));
        assertThat(said).contains("consumers: 8 of 8", "one more consumer: 0 of 1");
    }

    private static List<String> transcript(Target target) {
        try (Session s = new Session("session-cache", target, new Coverage())) {
            String topic = s.createTopic("t", 3, Map.of());
            s.produce(topic, 0, Batches.of("a"));
            Uuid id = s.topicId(topic);

            List<Integer> consumers = several(s, "consumers", SLOTS, CONSUMER, topic, id, 2);
            several(s, "one more consumer", 1, CONSUMER, topic, id, 3);
            s.ask("its answer is whole", begin(CONSUMER, topic, id, 3), VERSION);
            s.ask("so is its next", begin(CONSUMER, topic, id, 3), VERSION);
            s.ask("the first is served", next(consumers.getFirst(), 1), VERSION);

            s.ask("the second leaves", next(consumers.get(1), -1), VERSION);
            several(s, "there is room for one", SLOTS, CONSUMER, topic, id, 3);

            List<Integer> followers = several(s, "followers take the room", SLOTS, FOLLOWER, topic, id, 1);
            consumers.forEach(consumer -> s.ask("who made way", next(consumer, 1), VERSION));
            several(s, "one follower too many", 1, FOLLOWER, topic, id, 3);
            several(s, "a consumer does not push out a follower", 1, CONSUMER, topic, id, 3);
            s.ask("a follower's next", next(followers.getLast(), 1), VERSION);
            s.ask("a follower leaves", next(followers.getLast(), -1), VERSION);
            several(s, "a consumer has its room", SLOTS, CONSUMER, topic, id, 3);
            return s.transcript();
        }
    }

    /** So many fetchers begin a session; how many were given one, and their ids. */
    private static List<Integer> several(
            Session s, String who, int count, int replica, String topic, Uuid topicId, int partitions) {
        List<Integer> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int id = s.peek(begin(replica, topic, topicId, partitions), VERSION)
                    .as(FetchResponseData.class)
                    .sessionId();
            if (id != 0) {
                ids.add(id);
            }
        }
        s.say("%s: %d of %d".formatted(who, ids.size(), count));
        return ids;
    }

    private static FetchRequestData begin(int replica, String topic, Uuid topicId, int partitions) {
        var asked = Requests.range(0, partitions - 1).stream()
                .map(partition -> Requests.from(partition, 0))
                .toArray(FetchRequestData.FetchPartition[]::new);
        return Requests.fetch(Requests.fetchTopic(topic, topicId, asked))
                .setSessionEpoch(0)
                .setReplicaState(new ReplicaState().setReplicaId(replica));
    }

    private static FetchRequestData next(int id, int epoch) {
        return Requests.fetch().setSessionId(id).setSessionEpoch(epoch);
    }
}
