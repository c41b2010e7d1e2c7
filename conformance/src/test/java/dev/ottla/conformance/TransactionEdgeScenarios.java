package dev.ottla.conformance;

import static dev.ottla.conformance.TransactionRequests.add;
import static dev.ottla.conformance.TransactionRequests.addOffsets;
import static dev.ottla.conformance.TransactionRequests.awaitState;
import static dev.ottla.conformance.TransactionRequests.begin;
import static dev.ottla.conformance.TransactionRequests.commitOffset;
import static dev.ottla.conformance.TransactionRequests.describe;
import static dev.ottla.conformance.TransactionRequests.end;
import static dev.ottla.conformance.TransactionRequests.endQuietly;
import static dev.ottla.conformance.TransactionRequests.init;
import static dev.ottla.conformance.TransactionRequests.marker;
import static dev.ottla.conformance.TransactionRequests.produce;

import dev.ottla.conformance.TransactionRequests.Sender;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.DeleteRecordsRequestData;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsPartition;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsTopic;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.protocol.ApiKeys;

/** Transactions at their edges: first sequences, the last epochs, levels of the feature, records that are deleted under them. */
final class TransactionEdgeScenarios {
    private static final int ADD = 3;
    private static final int END_1 = 4;
    private static final int END_2 = 5;
    private static final int INIT = 5;
    private static final int PRODUCE_1 = 11;
    private static final int PRODUCE_2 = 12;
    private static final String FEATURE = "transaction.version";
    private static final int LAST_EPOCH = Short.MAX_VALUE - 1;
    private static final int PIPELINED = 100;
    private static final String OFFSETS = "__consumer_offsets";
    private static final byte READ_COMMITTED = 1;

    private TransactionEdgeScenarios() {}

    static List<Scenario> all() {
        return List.of(
                new Scenario("txn-edge-first", TransactionEdgeScenarios::firstSequence),
                new Scenario("txn-edge-deleted", TransactionEdgeScenarios::deleted),
                new Scenario("txn-edge-epochs", TransactionEdgeScenarios::lastEpochs),
                new Scenario("txn-edge-levels", TransactionEdgeScenarios::levels),
                new Scenario("txn-edge-versions", TransactionEdgeScenarios::produceVersions),
                new Scenario("txn-edge-pending", TransactionEdgeScenarios::pendingEach),
                new Scenario("txn-edge-group-markers", TransactionEdgeScenarios::markersOfOffsets));
    }

    /** What may come first in a partition that does not know its producer. */
    private static void firstSequence(Session s) {
        TransactionScenarios.awaitCoordinator(s);
        String topic = s.createTopic("t", 3, Map.of());
        Sender a = begin(s, s.topic("second"));
        s.ask("second version, not from the beginning", produce(a, topic, 0, 5, "a"), PRODUCE_2);
        s.ask("from the beginning", produce(a, topic, 0, 0, "b"), PRODUCE_2);
        s.ask("more", produce(a, topic, 0, 1, "c"), PRODUCE_2);
        a = endQuietly(s, a, true);
        s.ask("next transaction, not from the beginning", produce(a, topic, 0, 2, "d"), PRODUCE_2);
        s.ask("elsewhere, not from the beginning", produce(a, topic, 1, 3, "e"), PRODUCE_2);
        s.ask("how it stands", describe(a.id()), 0);
        var _ = endQuietly(s, a, false);
        Sender b = begin(s, s.topic("first"));
        s.ask("first version, not added", produce(b, topic, 2, 4, "a"), PRODUCE_1);
        s.ask("lower, not added", produce(b, topic, 2, 2, "a"), PRODUCE_1);
        s.peek(add(b, topic, 2), ADD);
        s.ask("above the lowest", produce(b, topic, 2, 3, "b"), PRODUCE_1);
        s.ask("the lowest", produce(b, topic, 2, 2, "a"), PRODUCE_1);
        s.ask("above the lowest, again", produce(b, topic, 2, 3, "b"), PRODUCE_1);
        s.peek(end(b, true), END_1);
        awaitState(s, b, "CompleteCommit");
        for (int partition = 0; partition < 3; partition++) {
            s.ask(
                    "partition " + partition,
                    Requests.fetch(Requests.fetchTopic(topic, s.topicId(topic), Requests.from(partition, 0)))
                            .setIsolationLevel(READ_COMMITTED),
                    12);
        }
    }

    /** Records of an open transaction are deleted. */
    private static void deleted(Session s) {
        TransactionScenarios.awaitCoordinator(s);
        String topic = s.createTopic("t");
        Sender a = begin(s, s.topic("id"));
        s.ask("open", produce(a, topic, 0, 0, "a", "b"), PRODUCE_2);
        s.produce(topic, 0, Batches.of("plain"));
        stable(s, topic, 0);
        s.ask("before 1", delete(topic, 1), 2);
        s.ask(
                "what is stable",
                Requests.fetch(Requests.fetchTopic(topic, s.topicId(topic), Requests.from(0, 1)))
                        .setIsolationLevel(READ_COMMITTED),
                12);
        s.ask("before 3", delete(topic, 3), 2);
        stable(s, topic, 3);
        s.produce(topic, 0, Batches.of("more"));
        stable(s, topic, 3);
        s.ask("more of the transaction", produce(a, topic, 0, 2, "c"), PRODUCE_2);
        stable(s, topic, 3);
        var _ = endQuietly(s, a, false);
        stable(s, topic, 3);
    }

    private static DeleteRecordsRequestData delete(String topic, long before) {
        return new DeleteRecordsRequestData()
                .setTimeoutMs(5_000)
                .setTopics(List.of(new DeleteRecordsTopic()
                        .setName(topic)
                        .setPartitions(List.of(new DeleteRecordsPartition()
                                .setPartitionIndex(0)
                                .setOffset(before)))));
    }

    private static void stable(Session s, String topic, long from) {
        for (byte level : List.of((byte) 0, READ_COMMITTED)) {
            s.ask(
                    "isolation " + level,
                    Requests.fetch(Requests.fetchTopic(topic, s.topicId(topic), Requests.from(0, from)))
                            .setIsolationLevel(level),
                    12);
            s.ask("isolation " + level, Requests.listOffsets(topic, 0, -1).setIsolationLevel(level), 7);
        }
    }

    /** What comes after the last epoch: when a transaction with it times out, is fenced, is ended. */
    private static void lastEpochs(Session s) throws Exception {
        TransactionScenarios.awaitCoordinator(s);
        String topic = s.createTopic("t", 2, Map.of());
        List<String> ids = List.of(s.topic("timeout"), s.topic("fence"), s.topic("end"));
        for (String id : ids) {
            var _ = begin(s, id);
        }
        useUp(s, ids);
        Sender old = begin(s, ids.get(0), 100);
        s.say("epoch " + old.epoch());
        s.ask("records", produce(old, topic, 0, 0, "a"), PRODUCE_2);
        awaitState(s, old, "CompleteAbort");
        s.ask("how it stands", describe(old.id()), 0);
        s.ask("too late to commit", end(old, true), END_2);
        s.ask("but not to abort", end(old, false), END_2);
        s.ask("goes on with its epoch", initOf(old), INIT);
        s.ask("more records of the old one", produce(old, topic, 0, 1, "b"), PRODUCE_2);
        Sender next = begin(s, old.id());
        s.say("epoch " + next.epoch());
        s.ask("records of the next", produce(next, topic, 0, 0, "c"), PRODUCE_2);
        s.ask("its end", end(next, true), END_2);
        awaitState(s, next, "CompleteCommit");
        stable(s, topic, 0);

        Sender fenced = begin(s, ids.get(1));
        s.ask("records", produce(fenced, topic, 1, 0, "a"), PRODUCE_2);
        s.ask("another begins", init(fenced.id()), INIT);
        awaitState(s, fenced, "CompleteAbort");
        s.ask("how it stands", describe(fenced.id()), 0);
        s.ask("the old one ends", end(fenced, false), END_2);
        s.ask("another begins", init(fenced.id()), INIT);

        Sender ended = begin(s, ids.get(2));
        s.ask("records", produce(ended, topic, 1, 0, "a"), PRODUCE_2);
        s.ask("its end", end(ended, true), END_2);
        awaitState(s, ended, "CompleteCommit");
        s.ask("repeated", end(ended, true), END_2);
        s.ask("repeated the other way", end(ended, false), END_2);
        s.ask("how it stands", describe(ended.id()), 0);
    }

    private static InitProducerIdRequestData initOf(Sender sender) {
        return init(sender.id()).setProducerId(sender.producerId()).setProducerEpoch(sender.epoch());
    }

    /** Begins again and again, each on a connection of its own, until one epoch is left that a producer may have. */
    private static void useUp(Session s, List<String> ids) throws Exception {
        try (ExecutorService all = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> used = ids.stream()
                    .map(id -> all.submit(() -> useUp(s.target(), id)))
                    .toList();
            for (Future<Boolean> one : used) {
                s.say("used up: " + one.get());
            }
        }
    }

    private static boolean useUp(Target target, String id) throws IOException {
        try (RawClient connection = new RawClient(target)) {
            for (int epoch = 0; epoch < LAST_EPOCH - 1; epoch += PIPELINED) {
                int ahead = Math.min(PIPELINED, LAST_EPOCH - 1 - epoch);
                for (int i = 0; i < ahead; i++) {
                    connection.sendOnly(init(id), INIT);
                }
                for (int i = 0; i < ahead; i++) {
                    connection.receive();
                }
            }
        }
        return true;
    }

    /** What the feature's level changes on a broker, for clients that go by it. */
    private static void levels(Session s) {
        TransactionScenarios.awaitCoordinator(s);
        try {
            for (int level : List.of(1, 0, 2)) {
                FeatureScenarios.set(s, FEATURE, level);
                s.say("level " + level);
                String topic = s.createTopic("t" + level, 2, Map.of());
                firstVersion(s, topic, level);
                if (level > 0) {
                    secondVersion(s, topic, level);
                }
                stable(s, topic, 0);
            }
        } finally {
            FeatureScenarios.set(s, FEATURE, 2);
        }
    }

    private static void firstVersion(Session s, String topic, int level) {
        Sender late = begin(s, s.topic("late" + level), 100);
        s.peek(add(late, topic, 0), ADD);
        s.ask("records, first version", produce(late, topic, 0, 0, "a"), PRODUCE_1);
        awaitState(s, late, "CompleteAbort");
        s.ask("timed out", describe(late.id()), 0);
        s.ask("too late to abort", end(late, false), END_1);
        s.ask("goes on with its epoch", initOf(late), INIT);
        Sender a = begin(s, s.topic("first" + level));
        for (int i = 0; i < 2; i++) {
            s.peek(add(a, topic, 0), ADD);
            s.ask("records", produce(a, topic, 0, i, "c" + i), PRODUCE_1);
            s.ask("committed, first version", end(a, true), END_1);
            awaitState(s, a, "CompleteCommit");
            s.ask("how it stands", describe(a.id()), 0);
        }
    }

    /** At level 1 of those that have not heard yet that it is no longer 2. */
    private static void secondVersion(Session s, String topic, int level) {
        Sender a = begin(s, s.topic("second" + level));
        s.ask("records, second version", produce(a, topic, 1, 0, "a"), PRODUCE_2);
        s.ask("another begins", init(a.id()), INIT);
        awaitState(s, a, "CompleteAbort");
        s.ask("fenced", describe(a.id()), 0);
        a = begin(s, a.id());
        for (int i = 0; i < 2; i++) {
            s.ask("records", produce(a, topic, 1, 0, "b" + i), PRODUCE_2);
            s.ask("committed", end(a, true), END_2);
            awaitState(s, a, "CompleteCommit");
            s.ask("how it stands", describe(a.id()), 0);
            a = a.next();
        }
    }

    /** Transactional records in every version of Produce. */
    private static void produceVersions(Session s) {
        TransactionScenarios.awaitCoordinator(s);
        String topic = s.createTopic("t");
        Uuid id = s.topicId(topic);
        Sender a = begin(s, s.topic("id"));
        int sequence = 0;
        for (int version : WantedApis.of(ApiKeys.PRODUCE).list()) {
            if (version < 3) {
                continue;
            }
            if (version < PRODUCE_2) {
                s.peek(add(a, topic, 0), ADD);
            }
            var first = produce(a, topic, 0, sequence, "a" + version);
            var second = produce(a, topic, 0, sequence + 1, "b" + version);
            first.topicData().forEach(data -> data.setTopicId(version > PRODUCE_2 ? id : Uuid.ZERO_UUID));
            second.topicData().forEach(data -> data.setTopicId(version > PRODUCE_2 ? id : Uuid.ZERO_UUID));
            s.ask("first", first, version);
            s.ask("second", second, version);
            if (version < PRODUCE_2) {
                sequence += 2;
                s.ask("ended", end(a, version % 2 == 0), END_1);
                awaitState(s, a, version % 2 == 0 ? "CompleteCommit" : "CompleteAbort");
            } else {
                sequence = 0;
                a = endQuietly(s, a, version % 2 == 0);
            }
        }
        stable(s, topic, 0);
    }

    /** Offsets of an open transaction, in every version of OffsetFetch that can ask for what is stable. */
    private static void pendingEach(Session s) {
        TransactionScenarios.awaitCoordinator(s);
        String topic = s.createTopic("t", 2, Map.of());
        Uuid id = s.topicId(topic);
        String group = GroupScenarios.group(s, "g");
        Sender a = begin(s, s.topic("a"));
        s.peek(GroupRequests.commit(group, topic, id, 0, 1), 8);
        s.ask("pending", commitOffset(a, group, topic, 0, 2), 5);
        for (int round = 0; round < 2; round++) {
            for (int version :
                    Requests.range(7, WantedApis.of(ApiKeys.OFFSET_FETCH).last())) {
                for (boolean stable : List.of(true, false)) {
                    s.ask(
                            "stable: " + stable,
                            GroupRequests.fetch(version, group, topic, id, 0, 1).setRequireStable(stable),
                            version);
                    s.ask(
                            "all, stable: " + stable,
                            GroupRequests.fetch(version, group, null, null).setRequireStable(stable),
                            version);
                }
            }
            if (round == 0) {
                a = endQuietly(s, a, true);
            }
        }
    }

    /** Markers by hand for pending offsets, as kafka-transactions writes them to abort what hangs. */
    private static void markersOfOffsets(Session s) {
        TransactionScenarios.awaitCoordinator(s);
        String topic = s.createTopic("t", 2, Map.of());
        Uuid id = s.topicId(topic);
        for (int version : WantedApis.of(ApiKeys.WRITE_TXN_MARKERS).list()) {
            for (boolean commit : List.of(true, false)) {
                String suffix = version + (commit ? "c" : "a");
                String group = GroupScenarios.group(s, "g" + suffix);
                Sender a = begin(s, s.topic("id" + suffix));
                s.peek(GroupRequests.commit(group, topic, id, 0, 1), 8);
                s.peek(addOffsets(a, group), 3);
                s.ask("pending", commitOffset(a, group, topic, 0, 2), 3);
                stableOffsets(s, group, topic, id);
                s.ask("an older epoch", marker(a.withEpoch(-1), commit, 0, 0, OFFSETS, 0), version);
                s.ask("no such partition", marker(a, commit, 0, 0, OFFSETS, 7), version);
                s.ask("marked", marker(a, commit, 0, 0, OFFSETS, 0), version);
                stableOffsets(s, group, topic, id);
                s.ask("marked again", marker(a, commit, 0, 0, OFFSETS, 0), version);
                s.ask("more", commitOffset(a, group, topic, 0, 3), 3);
                stableOffsets(s, group, topic, id);
                s.peek(end(a, true), END_1);
                awaitState(s, a, "CompleteCommit");
                stableOffsets(s, group, topic, id);
            }
        }
    }

    private static void stableOffsets(Session s, String group, String topic, Uuid id) {
        s.ask("stable", GroupRequests.fetch(8, group, topic, id, 0, 1).setRequireStable(true), 8);
    }
}
