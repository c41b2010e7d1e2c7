package dev.ottla.conformance;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.message.DeleteRecordsRequestData;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsPartition;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsTopic;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderPartition;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderTopic;
import org.apache.kafka.common.protocol.ApiKeys;

/** ListOffsets, OffsetForLeaderEpoch and DeleteRecords: where a log begins, ends, and what was when (corners 24 to 26). */
final class OffsetScenarios {
    private static final int FIRST_WITH_ISOLATION = 2;
    private static final int FIRST_WITH_LEADER_EPOCH = 4;
    private static final int FIRST_WITH_MAX_TIMESTAMP = 7;

    private OffsetScenarios() {}

    static List<Scenario> all() {
        return List.of(
                new Scenario("offsets-each", OffsetScenarios::eachVersion),
                new Scenario("offsets-times", OffsetScenarios::times),
                new Scenario("offsets-special", OffsetScenarios::special),
                new Scenario("offsets-emptied", OffsetScenarios::latestTimeOfNothing),
                new Scenario("offsets-epochs", OffsetScenarios::leaderEpochs),
                new Scenario("offsets-stamped", OffsetScenarios::logAppendTime),
                new Scenario("epoch-end-each", OffsetScenarios::offsetForLeaderEpoch),
                new Scenario("delete-records-each", OffsetScenarios::deleteRecords),
                new Scenario("delete-records-compacted", OffsetScenarios::deleteFromCompacted));
    }

    private static void eachVersion(Session s) {
        String topic = s.createTopic("t");
        s.produce(topic, 0, Batches.of("a", "b", "c"));
        for (int version : WantedApis.of(ApiKeys.LIST_OFFSETS).list()) {
            s.ask("latest", Requests.listOffsets(topic, 0, -1), version);
            s.ask("earliest", Requests.listOffsets(topic, 0, -2), version);
            s.ask("no such partition", Requests.listOffsets(topic, 4, -1), version);
            s.ask("no such topic", Requests.listOffsets(s.topic("none"), 0, -1), version);
            if (version >= FIRST_WITH_ISOLATION) {
                s.ask("read committed", Requests.listOffsets(topic, 0, -1).setIsolationLevel((byte) 1), version);
            }
            for (long special : List.of(-3L, -4L, -5L, -6L, -7L)) {
                s.ask("timestamp " + special, Requests.listOffsets(topic, 0, special), version);
            }
        }
    }

    private static void times(Session s) {
        String topic = s.createTopic("t");
        long t = Batches.TIME_MS;
        s.say("empty");
        lookUp(s, topic, t);
        s.produce(topic, 0, Batches.of("0", "1", "2"));
        s.produce(topic, 0, Batches.compressed("gzip", "3", "4", "5"));
        s.produce(topic, 0, Batches.of(Batches.record(t + 100, null, "6"), Batches.record(t + 50, null, "7")));
        s.produce(topic, 0, Batches.of(Batches.record(t + 60, null, "8"), Batches.record(t + 100, null, "9")));
        for (long time : List.of(0L, t - 1, t, t + 1, t + 2, t + 3, t + 50, t + 51, t + 60, t + 99, t + 100, t + 101)) {
            s.say("at " + (time - t));
            lookUp(s, topic, time);
        }
        s.say("latest time");
        lookUp(s, topic, -3);
    }

    private static void lookUp(Session s, String topic, long time) {
        s.ask(Requests.listOffsets(topic, 0, time), FIRST_WITH_MAX_TIMESTAMP);
    }

    private static void special(Session s) {
        String topic = s.createTopic("t", 2, Map.of());
        for (long special : List.of(-1L, -2L, -3L, -4L, -5L)) {
            s.ask("of nothing: " + special, Requests.listOffsets(topic, 0, special), 11);
        }
        s.produce(topic, 0, Batches.of("a", "b"));
        s.ask("first one", deletion(topic, 0, 1), 2);
        for (long special : List.of(-1L, -2L, -3L, -4L, -5L)) {
            s.ask("after a deletion: " + special, Requests.listOffsets(topic, 0, special), 11);
        }
        s.ask("all of it", deletion(topic, 0, 2), 2);
        for (long special : List.of(-1L, -2L, -4L, Batches.TIME_MS)) {
            s.ask("of an emptied log: " + special, Requests.listOffsets(topic, 0, special), 11);
        }
        ListOffsetsRequestData twice = Requests.listOffsets(topic, 0, -1);
        twice.setTopics(List.of(
                twice.topics().getFirst(),
                Requests.listOffsets(topic, 0, -2).topics().getFirst()));
        s.ask("one partition twice", twice, 11);
        s.ask("as a replica", Requests.listOffsets(topic, 0, -1).setReplicaId(5), 11);
        s.ask("as a debugging consumer", Requests.listOffsets(topic, 0, -1).setReplicaId(-2), 11);
        s.ask("nothing asked", new ListOffsetsRequestData().setReplicaId(-1), 11);
    }

    private static void latestTimeOfNothing(Session s) {
        String topic = s.createTopic("t");
        s.produce(topic, 0, Batches.of("a", "b"));
        s.ask(deletion(topic, 0, 2), 2);
        s.ask(Requests.listOffsets(topic, 0, -3), 11);
    }

    private static void leaderEpochs(Session s) {
        String topic = s.createTopic("t");
        s.produce(topic, 0, Batches.of("a"));
        for (int version : List.of(FIRST_WITH_LEADER_EPOCH, 6, 11)) {
            for (int epoch : List.of(-1, 0, 1, 7)) {
                ListOffsetsRequestData request = Requests.listOffsets(topic, 0, -1);
                request.topics().getFirst().partitions().getFirst().setCurrentLeaderEpoch(epoch);
                s.ask("current epoch " + epoch, request, version);
            }
        }
    }

    private static void logAppendTime(Session s) {
        String topic = s.createTopic("t", 1, Map.of("message.timestamp.type", "LogAppendTime"));
        long before = System.currentTimeMillis();
        s.produce(topic, 0, Batches.of("a", "b"));
        long firstOffset = offset(s, topic, before);
        s.say("from before the append: " + firstOffset);
        s.say("from far ahead: " + offset(s, topic, before + 3_600_000));
        s.say("of the latest time: " + offset(s, topic, -3));
    }

    private static long offset(Session s, String topic, long time) {
        return s.peek(Requests.listOffsets(topic, 0, time), 7)
                .as(org.apache.kafka.common.message.ListOffsetsResponseData.class)
                .topics()
                .getFirst()
                .partitions()
                .getFirst()
                .offset();
    }

    private static void offsetForLeaderEpoch(Session s) {
        String topic = s.createTopic("t");
        String empty = s.createTopic("empty");
        s.produce(topic, 0, Batches.of("a", "b"));
        for (int version : WantedApis.of(ApiKeys.OFFSET_FOR_LEADER_EPOCH).list()) {
            for (int epoch : List.of(0, 1, 5, -1)) {
                s.ask("end of epoch " + epoch, endOf(topic, 0, epoch, -1), version);
            }
            s.ask("current epoch known", endOf(topic, 0, 0, 0), version);
            s.ask("current epoch ahead", endOf(topic, 0, 0, 4), version);
            s.ask("nothing written", endOf(empty, 0, 0, -1), version);
            s.ask("no such partition", endOf(topic, 8, 0, -1), version);
            s.ask("no such topic", endOf(s.topic("none"), 0, 0, -1), version);
        }
    }

    private static OffsetForLeaderEpochRequestData endOf(String topic, int partition, int epoch, int current) {
        OffsetForLeaderEpochRequestData request = new OffsetForLeaderEpochRequestData().setReplicaId(-1);
        request.topics()
                .add(new OffsetForLeaderTopic()
                        .setTopic(topic)
                        .setPartitions(List.of(new OffsetForLeaderPartition()
                                .setPartition(partition)
                                .setLeaderEpoch(epoch)
                                .setCurrentLeaderEpoch(current))));
        return request;
    }

    private static void deleteRecords(Session s) {
        for (int version : WantedApis.of(ApiKeys.DELETE_RECORDS).list()) {
            String topic = s.createTopic("t" + version);
            s.produce(topic, 0, Batches.of("a", "b", "c"));
            s.produce(topic, 0, Batches.of("d"));
            s.ask("nothing", deletion(topic, 0, 0), version);
            s.ask("into a batch", deletion(topic, 0, 2), version);
            s.ask(
                    "from the new beginning",
                    Requests.fetch(Requests.fetchTopic(topic, s.topicId(topic), Requests.from(0, 2))),
                    12);
            s.ask(
                    "from before it",
                    Requests.fetch(Requests.fetchTopic(topic, s.topicId(topic), Requests.from(0, 1))),
                    12);
            s.ask("back", deletion(topic, 0, 1), version);
            s.ask("too far", deletion(topic, 0, 5), version);
            s.ask("below -1", deletion(topic, 0, -2), version);
            s.ask("no such partition", deletion(topic, 6, 0), version);
            s.ask("no such topic", deletion(s.topic("none"), 0, 0), version);
            s.ask("all", deletion(topic, 0, -1), version);
            s.ask("all again", deletion(topic, 0, -1), version);
            s.say("the next offset is " + s.produce(topic, 0, Batches.of("e")));
        }
    }

    private static void deleteFromCompacted(Session s) {
        String compacted = s.createTopic("t", 1, Map.of("cleanup.policy", "compact"));
        String both = s.createTopic("both", 1, Map.of("cleanup.policy", "compact,delete"));
        for (String topic : List.of(compacted, both)) {
            s.produce(topic, 0, Batches.of(Batches.record(Batches.TIME_MS, "k", "v")));
            s.ask(deletion(topic, 0, 1), 2);
        }
    }

    private static DeleteRecordsRequestData deletion(String topic, int partition, long offset) {
        return new DeleteRecordsRequestData()
                .setTimeoutMs(10_000)
                .setTopics(List.of(new DeleteRecordsTopic()
                        .setName(topic)
                        .setPartitions(List.of(new DeleteRecordsPartition()
                                .setPartitionIndex(partition)
                                .setOffset(offset)))));
    }
}
