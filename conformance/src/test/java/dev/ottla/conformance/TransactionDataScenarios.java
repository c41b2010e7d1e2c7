package dev.ottla.conformance;

import static dev.ottla.conformance.TransactionRequests.add;
import static dev.ottla.conformance.TransactionRequests.addOffsets;
import static dev.ottla.conformance.TransactionRequests.awaitState;
import static dev.ottla.conformance.TransactionRequests.begin;
import static dev.ottla.conformance.TransactionRequests.commitOffset;
import static dev.ottla.conformance.TransactionRequests.describe;
import static dev.ottla.conformance.TransactionRequests.end;
import static dev.ottla.conformance.TransactionRequests.endQuietly;
import static dev.ottla.conformance.TransactionRequests.marker;
import static dev.ottla.conformance.TransactionRequests.produce;

import dev.ottla.conformance.TransactionRequests.Sender;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.DescribeProducersRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData;
import org.apache.kafka.common.message.WriteTxnMarkersRequestData;
import org.apache.kafka.common.protocol.ApiKeys;

/** What transactions leave in logs and groups: markers, last stable offsets, aborted records (corner 20), pending offsets (corner 38). */
final class TransactionDataScenarios {
    private static final int PRODUCE_2 = 12;
    private static final int LAST_ADD_OF_CLIENTS = 3;
    private static final int END_1 = 4;
    private static final int END_2 = 5;
    private static final int FETCH_OFFSETS = 8;
    private static final int FIRST_LIST_WITH_ISOLATION = 2;
    private static final byte READ_COMMITTED = 1;

    private TransactionDataScenarios() {}

    static List<Scenario> all() {
        return List.of(
                new Scenario("txn-read", TransactionDataScenarios::read),
                new Scenario("txn-read-two", TransactionDataScenarios::readTwo),
                new Scenario("txn-read-each", TransactionDataScenarios::readEach),
                new Scenario("txn-markers", TransactionDataScenarios::markers),
                new Scenario("txn-offsets-each", TransactionDataScenarios::offsetsEach),
                new Scenario("txn-offsets-pending", TransactionDataScenarios::offsetsPending),
                new Scenario("txn-offsets-members", TransactionDataScenarios::offsetsOfMembers));
    }

    private static void look(Session s, String topic) {
        TransactionScenarios.fetch(s, topic);
        for (byte level : List.of((byte) 0, READ_COMMITTED)) {
            ListOffsetsRequestData ends = Requests.listOffsets(topic, 0, -1).setIsolationLevel(level);
            s.ask("isolation " + level, ends, 7);
        }
        s.ask(
                new DescribeProducersRequestData()
                        .setTopics(List.of(new DescribeProducersRequestData.TopicRequest()
                                .setName(topic)
                                .setPartitionIndexes(List.of(0)))),
                0);
    }

    private static void read(Session s) {
        TransactionScenarios.awaitCoordinator(s);
        String topic = s.createTopic("t", 1, Map.of("segment.ms", Long.toString(Long.MAX_VALUE)));
        Sender a = begin(s, s.topic("id"));
        s.produce(topic, 0, Batches.of("plain"));
        s.ask("open", produce(a, topic, 0, 0, "a", "b"), PRODUCE_2);
        s.produce(topic, 0, Batches.of("between"));
        look(s, topic);
        a = endQuietly(s, a, true);
        look(s, topic);
        s.ask("open again", produce(a, topic, 0, 0, "c"), PRODUCE_2);
        s.ask("and more", produce(a, topic, 0, 1, "d"), PRODUCE_2);
        a = endQuietly(s, a, false);
        look(s, topic);
        s.ask("and again", produce(a, topic, 0, 0, "e"), PRODUCE_2);
        var _ = endQuietly(s, a, true);
        s.produce(topic, 0, Batches.of("last"));
        look(s, topic);
    }

    /** Two that overlap: what is stable is below the first that is open. */
    private static void readTwo(Session s) {
        TransactionScenarios.awaitCoordinator(s);
        String topic = s.createTopic("t");
        Sender a = begin(s, s.topic("a"));
        Sender b = begin(s, s.topic("b"));
        s.ask("a", produce(a, topic, 0, 0, "a1"), PRODUCE_2);
        s.ask("b", produce(b, topic, 0, 0, "b1"), PRODUCE_2);
        s.ask("a", produce(a, topic, 0, 1, "a2"), PRODUCE_2);
        b = endQuietly(s, b, false);
        look(s, topic);
        s.ask("b", produce(b, topic, 0, 0, "b2"), PRODUCE_2);
        a = endQuietly(s, a, false);
        look(s, topic);
        b = endQuietly(s, b, true);
        look(s, topic);
        s.say("both: " + (a.epoch() + b.epoch()));
    }

    private static void readEach(Session s) {
        TransactionScenarios.awaitCoordinator(s);
        String topic = s.createTopic("t");
        Uuid id = s.topicId(topic);
        Sender a = begin(s, s.topic("id"));
        s.ask("gone", produce(a, topic, 0, 0, "a", "b"), PRODUCE_2);
        a = endQuietly(s, a, false);
        s.ask("kept", produce(a, topic, 0, 0, "c"), PRODUCE_2);
        a = endQuietly(s, a, true);
        s.ask("open", produce(a, topic, 0, 0, "d"), PRODUCE_2);
        for (int version : WantedApis.of(ApiKeys.FETCH).list()) {
            s.ask(
                    "committed",
                    Requests.fetch(Requests.fetchTopic(topic, id, Requests.from(0, 0)))
                            .setIsolationLevel(READ_COMMITTED),
                    version);
            s.ask(
                    "from the marker on",
                    Requests.fetch(Requests.fetchTopic(topic, id, Requests.from(0, 2)))
                            .setIsolationLevel(READ_COMMITTED),
                    version);
        }
        for (int version : WantedApis.of(ApiKeys.LIST_OFFSETS).list()) {
            for (long time : List.of(-1L, -2L)) {
                s.ask(
                        "committed " + time,
                        Requests.listOffsets(topic, 0, time)
                                .setIsolationLevel(version >= FIRST_LIST_WITH_ISOLATION ? READ_COMMITTED : 0),
                        version);
            }
        }
        var _ = endQuietly(s, a, true);
    }

    /** Markers by hand, as kafka-transactions writes them to abort what hangs (KIP-664). */
    private static void markers(Session s) {
        TransactionScenarios.awaitCoordinator(s);
        for (int version : WantedApis.of(ApiKeys.WRITE_TXN_MARKERS).list()) {
            String topic = s.createTopic("t" + version);
            var _ = begin(s, s.topic("id" + version));
            Sender a = begin(s, s.topic("id" + version));
            s.ask("none", new WriteTxnMarkersRequestData(), version);
            s.ask(
                    "for a producer that never wrote",
                    marker(new Sender("", 88_888_888L, (short) 3), true, 0, 0, topic, 0),
                    version);
            s.ask("no such topic", marker(a, true, 0, 0, s.topic("none"), 0), version);
            s.ask("no such partition", marker(a, true, 0, 0, topic, 9), version);
            s.peek(add(a, topic, 0), LAST_ADD_OF_CLIENTS);
            s.ask("open", produce(a, topic, 0, 0, "a"), 11);
            s.ask("an older epoch", marker(a.withEpoch(a.epoch() - 1), false, 0, 0, topic, 0), version);
            s.ask("its own epoch", marker(a, false, 5, 0, topic, 0), version);
            look(s, topic);
            s.ask("an older coordinator", marker(a, false, 4, 0, topic, 0), version);
            s.ask("the same again", marker(a, false, 5, 0, topic, 0), version);
            s.ask("another epoch", marker(a.withEpoch(a.epoch() + 3), true, 6, 0, topic, 0), version);
            s.ask("its records now", produce(a, topic, 0, 1, "b"), 11);
            look(s, topic);
            if (version >= 2) {
                Sender b = begin(s, s.topic("b" + version));
                s.ask("open, second version", produce(b, topic, 0, 0, "x"), PRODUCE_2);
                s.ask("second version, its own epoch", marker(b, false, 7, 2, topic, 0), version);
                s.ask("second version, the next epoch", marker(b.next(), false, 7, 2, topic, 0), version);
                s.ask("second version, repeated", marker(b.next(), false, 7, 2, topic, 0), version);
                look(s, topic);
            }
        }
    }

    private static void offsetsEach(Session s) {
        TransactionScenarios.awaitCoordinator(s);
        String topic = s.createTopic("t", 2, Map.of());
        Uuid id = s.topicId(topic);
        for (int version : WantedApis.of(ApiKeys.ADD_OFFSETS_TO_TXN).list()) {
            Sender a = begin(s, s.topic("add" + version));
            String group = GroupScenarios.group(s, "g" + version);
            s.ask("added", addOffsets(a, group), version);
            s.ask("added again", addOffsets(a, group), version);
            s.ask("of an older one", addOffsets(a.withEpoch(-1), group), version);
            s.ask("of a newer one", addOffsets(a.next(), group), version);
            s.ask("of another", addOffsets(new Sender(a.id(), 1_000_000_007L, a.epoch()), group), version);
            s.ask("of nobody", addOffsets(new Sender(s.topic("none"), 1, (short) 0), group), version);
            s.ask("of an empty id", addOffsets(new Sender("", 1, (short) 0), group), version);
            s.ask("how it stands", describe(a.id()), 0);
            s.peek(end(a, false), END_1);
        }
        for (int version : WantedApis.of(ApiKeys.TXN_OFFSET_COMMIT).list()) {
            String group = GroupScenarios.group(s, "c" + version);
            Sender a = begin(s, s.topic("commit" + version));
            if (version < 5) {
                s.ask("not added", commitOffset(a, group, topic, 0, 5), version);
                s.peek(addOffsets(a, group), 3);
            }
            s.ask("of an older one", commitOffset(a.withEpoch(-1), group, topic, 0, 5), version);
            s.ask("of a newer one", commitOffset(a.next(), group, topic, 0, 5), version);
            s.ask(
                    "of another",
                    commitOffset(new Sender(a.id(), 1_000_000_007L, a.epoch()), group, topic, 0, 5),
                    version);
            s.ask("of nobody", commitOffset(new Sender(s.topic("none"), 1, (short) 0), group, topic, 0, 5), version);
            s.ask("one", commitOffset(a, group, topic, 0, 5), version);
            s.ask("another", commitOffset(a, group, topic, 1, 6), version);
            s.ask("no such partition", commitOffset(a, group, topic, 9, 5), version);
            s.ask("no such topic", commitOffset(a, group, s.topic("none"), 0, 5), version);
            TxnOffsetCommitRequestData wordy = commitOffset(a, group, topic, 0, 9);
            wordy.topics().getFirst().partitions().getFirst().setCommittedMetadata("x".repeat(5_000));
            s.ask("much to say", wordy, version);
            s.ask("an empty group", commitOffset(a, "", topic, 0, 5), version);
            fetchOffsets(s, group, topic, id);
            s.peek(end(a, true), version < 5 ? END_1 : END_2);
            awaitState(s, a, "CompleteCommit");
            fetchOffsets(s, group, topic, id);
        }
    }

    private static void fetchOffsets(Session s, String group, String topic, Uuid id) {
        for (boolean stable : List.of(true, false)) {
            OffsetFetchRequestData two = GroupRequests.fetch(FETCH_OFFSETS, group, topic, id, 0, 1);
            s.ask("stable: " + stable, two.setRequireStable(stable), FETCH_OFFSETS);
            OffsetFetchRequestData all = GroupRequests.fetch(FETCH_OFFSETS, group, null, null);
            s.ask("all, stable: " + stable, all.setRequireStable(stable), FETCH_OFFSETS);
        }
    }

    private static void offsetsPending(Session s) {
        TransactionScenarios.awaitCoordinator(s);
        String topic = s.createTopic("t", 2, Map.of());
        Uuid id = s.topicId(topic);
        String group = GroupScenarios.group(s, "g");
        Sender a = begin(s, s.topic("a"));
        Sender b = begin(s, s.topic("b"));
        s.peek(GroupRequests.commit(group, topic, id, 0, 1), 8);
        s.ask("a", commitOffset(a, group, topic, 0, 2), 5);
        fetchOffsets(s, group, topic, id);
        s.ask("outside", GroupRequests.commit(group, topic, id, 0, 3), 8);
        fetchOffsets(s, group, topic, id);
        a = endQuietly(s, a, true);
        fetchOffsets(s, group, topic, id);
        s.ask("a again", commitOffset(a, group, topic, 0, 4), 5);
        s.ask("b", commitOffset(b, group, topic, 0, 5), 5);
        b = endQuietly(s, b, true);
        fetchOffsets(s, group, topic, id);
        a = endQuietly(s, a, true);
        fetchOffsets(s, group, topic, id);
        s.ask("a, to be aborted", commitOffset(a, group, topic, 1, 6), 5);
        fetchOffsets(s, group, topic, id);
        a = endQuietly(s, a, false);
        fetchOffsets(s, group, topic, id);
        s.say("both: " + (a.epoch() + b.epoch()));
    }

    private static void offsetsOfMembers(Session s) {
        TransactionScenarios.awaitCoordinator(s);
        String topic = s.createTopic("t");
        String group = GroupScenarios.group(s, "g");
        Sender a = begin(s, s.topic("id"));
        try (GroupMember m = new GroupMember(s, group, "m")) {
            m.startJoin("p=m");
            m.joined("m");
            m.startSync(m.memberId() + "=all");
            m.synced("m");
            for (int version : Requests.range(3, 5)) {
                if (version < 5) {
                    s.peek(addOffsets(a, group), 3);
                }
                s.ask("of the member", by(a, group, topic, m.memberId(), 1), version);
                s.ask("of an older generation", by(a, group, topic, m.memberId(), 0), version);
                s.ask("of a newer generation", by(a, group, topic, m.memberId(), 2), version);
                s.ask("of a stranger", by(a, group, topic, "stranger", 1), version);
                s.ask("of a stranger's instance", by(a, group, topic, "", 1).setGroupInstanceId("i"), version);
                s.ask("of another's instance", by(a, group, topic, "z", 1).setGroupInstanceId("m"), version);
                s.ask("of no member", commitOffset(a, group, topic, 0, 8), version);
                s.ask("of a group that is not there", by(a, s.topic("none" + version), topic, "x", 1), version);
            }
        }
        s.peek(end(a, false), END_2);
    }

    private static TxnOffsetCommitRequestData by(
            Sender sender, String group, String topic, String memberId, int generation) {
        return commitOffset(sender, group, topic, 0, 7).setMemberId(memberId).setGenerationId(generation);
    }
}
