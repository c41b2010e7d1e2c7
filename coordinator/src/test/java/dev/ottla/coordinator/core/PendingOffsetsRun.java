package dev.ottla.coordinator.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.base.RandomSource;
import dev.ottla.base.TopicId;
import dev.ottla.coordinator.event.GroupEvent;
import dev.ottla.coordinator.group.Client;
import dev.ottla.coordinator.group.Group;
import dev.ottla.coordinator.group.GroupSettings;
import dev.ottla.coordinator.runtime.BatchKind;
import dev.ottla.coordinator.runtime.Now;
import dev.ottla.coordinator.runtime.Step;
import dev.ottla.metadata.ClusterImage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.OffsetDeleteRequestData;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestPartition;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestTopic;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestTopicCollection;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopics;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData.TxnOffsetCommitRequestPartition;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData.TxnOffsetCommitRequestTopic;

/**
 * One seeded life of offsets that are committed plainly and in transactions. What the core answers is compared after each step with a plain reading of the log: of all that is
 * decided for a partition, the record that stands last in the log counts, and a tombstone takes everything away.
 */
final class PendingOffsetsRun {
    private static final List<String> GROUPS = List.of("g", "h");
    private static final List<String> TOPICS = List.of("t-a", "t-b");
    private static final int PARTITIONS = 2;
    private static final int PRODUCERS = 3;
    private static final long RETENTION_MS = 20_000;
    private static final long RETENTION_CHECK_MS = 5_000;
    private static final short UNSTABLE = 88;
    private static final Client CLIENT = new Client("c", "/h", (short) 5);
    private static final GroupSettings SETTINGS = new GroupSettings(
            1,
            100_000,
            300,
            4,
            100,
            RETENTION_MS,
            RETENTION_CHECK_MS,
            new GroupSettings.Consumer(
                    GroupSettings.OwnNumber.unbounded(1_000),
                    GroupSettings.OwnNumber.unbounded(10_000),
                    4,
                    GroupSettings.OwnNumber.unbounded(0),
                    List.of("uniform"),
                    GroupSettings.Migration.BIDIRECTIONAL));

    private final long seed;
    private final RandomSource random;
    private final OffsetsLog log = new OffsetsLog();

    private GroupCore core;
    private long nowMs = 1_000_000;
    private long nextOffset;
    private int steps;
    private int reloads;
    private long nextExpiryMs;
    int expired;
    int overtaken;
    int unstable;
    int counted;

    PendingOffsetsRun(long seed) {
        this.seed = seed;
        this.random = RandomSource.seeded(seed);
        this.core = newCore();
        resume();
    }

    private GroupCore newCore() {
        return new GroupCore(() -> SETTINGS, () -> ClusterImage.EMPTY, random);
    }

    void step() {
        steps++;
        switch (below(16)) {
            case 0, 1, 2 -> commit();
            case 3, 4, 5, 6, 7 -> send(below(PRODUCERS));
            case 8, 9, 10, 11 -> end(below(PRODUCERS), below(3) > 0);
            case 12 -> deleteOffset();
            case 13 -> {
                if (below(4) == 0) {
                    deleteGroup();
                } else {
                    pass(below(12_000));
                }
            }
            case 14 -> {
                if (below(4) == 0) {
                    Step<GroupEvent> step = new Step<>(now());
                    core.forgetTopic(anyOf(TOPICS), step);
                    finish(BatchKind.PLAIN, step);
                }
            }
            default -> {
                reload();
            }
        }
        check();
    }

    private void resume() {
        nextExpiryMs = nowMs + RETENTION_CHECK_MS;
        Step<GroupEvent> step = new Step<>(now());
        core.resume(step);
        finish(BatchKind.PLAIN, step);
    }

    private void commit() {
        Step<GroupEvent> step = new Step<>(now());
        var _ = core.commit(
                CLIENT,
                new OffsetCommitRequestData()
                        .setGroupId(anyOf(GROUPS))
                        .setTopics(List.of(new OffsetCommitRequestTopic()
                                .setName(anyOf(TOPICS))
                                .setPartitions(List.of(new OffsetCommitRequestPartition()
                                        .setPartitionIndex(below(PARTITIONS))
                                        .setCommittedOffset(++nextOffset))))),
                step);
        finish(BatchKind.PLAIN, step);
    }

    private void send(int producerId) {
        Step<GroupEvent> step = new Step<>(now());
        List<TxnOffsetCommitRequestPartition> partitions = new ArrayList<>();
        for (int partition = below(PARTITIONS); partition < PARTITIONS; partition++) {
            partitions.add(new TxnOffsetCommitRequestPartition()
                    .setPartitionIndex(partition)
                    .setCommittedOffset(++nextOffset));
        }
        var _ = core.commitInTransaction(
                CLIENT,
                new TxnOffsetCommitRequestData()
                        .setGroupId(anyOf(GROUPS))
                        .setProducerId(producerId)
                        .setTopics(List.of(new TxnOffsetCommitRequestTopic()
                                .setName(anyOf(TOPICS))
                                .setPartitions(partitions))),
                topic -> TopicId.ZERO,
                step);
        finish(new BatchKind.Pending(producerId, (short) 0, Long.MAX_VALUE), step);
    }

    private void end(int producerId, boolean commit) {
        core.endTransaction(producerId, commit);
        log.end(producerId, commit);
    }

    private void deleteOffset() {
        Step<GroupEvent> step = new Step<>(now());
        String group = anyOf(GROUPS);
        if (core.groups().get(group) == null) {
            return;
        }
        OffsetDeleteRequestTopicCollection topics = new OffsetDeleteRequestTopicCollection();
        topics.add(new OffsetDeleteRequestTopic()
                .setName(anyOf(TOPICS))
                .setPartitions(List.of(new OffsetDeleteRequestPartition().setPartitionIndex(below(PARTITIONS)))));
        var _ = core.deleteOffsets(
                new OffsetDeleteRequestData().setGroupId(group).setTopics(topics), step);
        finish(BatchKind.PLAIN, step);
    }

    private void deleteGroup() {
        Step<GroupEvent> step = new Step<>(now());
        var _ = core.delete(anyOf(GROUPS), step);
        finish(BatchKind.PLAIN, step);
    }

    private void pass(int ms) {
        nowMs += ms;
        boolean expires = nowMs >= nextExpiryMs;
        nextExpiryMs = expires ? nowMs + RETENTION_CHECK_MS : nextExpiryMs;
        PendingOffsetsModel before = log.model();
        Step<GroupEvent> step = new Step<>(now());
        core.onTimers(step);
        finish(BatchKind.PLAIN, step);
        Set<PendingOffsetsModel.Key> gone = new HashSet<>(before.committed().keySet());
        gone.removeAll(log.model().committed().keySet());
        assertThat(gone)
                .as("seed %d, step %d: expired", seed, steps)
                .isEqualTo(expires ? before.over(nowMs - RETENTION_MS) : Set.of());
        expired += gone.size();
    }

    private void finish(BatchKind kind, Step<GroupEvent> step) {
        step.events().forEach(event -> log.add(kind, event));
        step.release();
    }

    /** Another coordinator reads the log, which the cleaner has been at. */
    private void reload() {
        reloads++;
        log.compact(reloads % 2 == 0);
        core = log.readBy(newCore());
        resume();
    }

    private void check() {
        GroupCore fresh = log.readBy(newCore());
        String where = "seed " + seed + ", step " + steps;
        assertThat(fresh.groups().pending())
                .as(where)
                .hasToString(core.groups().pending().toString());
        assertThat(fresh.groups().offsets()).as(where).isEqualTo(core.groups().offsets());
        assertThat(idsOf(fresh)).as(where).isEqualTo(idsOf(core));
        PendingOffsetsModel model = log.model();
        overtaken = model.overtaken();
        counted = model.committed().size();
        for (String group : GROUPS) {
            for (String topic : TOPICS) {
                for (int partition = 0; partition < PARTITIONS; partition++) {
                    check(model, new PendingOffsetsModel.Key(group, topic, partition), where);
                }
            }
            boolean open = model.hasPending(group);
            assertThat(!open || core.groups().get(group) != null)
                    .as("%s: a group with pending offsets stays", where)
                    .isTrue();
        }
    }

    private static Set<String> idsOf(GroupCore core) {
        return core.groups().all().stream().map(Group::groupId).collect(Collectors.toSet());
    }

    private void check(PendingOffsetsModel model, PendingOffsetsModel.Key key, String where) {
        PendingOffsetsModel.Written written = model.committed().get(key);
        long expected = written == null ? -1 : written.offset();
        assertThat(fetch(key, false)).as("%s: %s", where, key).isEqualTo(expected + " 0");
        boolean pending = model.isUnstable(key);
        unstable += pending ? 1 : 0;
        assertThat(fetch(key, true))
                .as("%s: %s, stable", where, key)
                .isEqualTo(pending ? "-1 " + UNSTABLE : expected + " 0");
        if (written != null) {
            assertThat(fetchAll(key))
                    .as("%s: %s, all", where, key)
                    .isEqualTo(pending ? "-1 " + UNSTABLE : expected + " 0");
        }
    }

    private String fetch(PendingOffsetsModel.Key key, boolean stable) {
        var answered = core.fetch(
                        new OffsetFetchRequestGroup()
                                .setGroupId(key.group())
                                .setMemberId(null)
                                .setMemberEpoch(-1)
                                .setTopics(List.of(new OffsetFetchRequestTopics()
                                        .setName(key.topic())
                                        .setPartitionIndexes(List.of(key.partition())))),
                        stable)
                .topics()
                .getFirst()
                .partitions()
                .getFirst();
        return answered.committedOffset() + " " + answered.errorCode();
    }

    private String fetchAll(PendingOffsetsModel.Key key) {
        return core
                .fetch(
                        new OffsetFetchRequestGroup()
                                .setGroupId(key.group())
                                .setMemberId(null)
                                .setMemberEpoch(-1)
                                .setTopics(null),
                        true)
                .topics()
                .stream()
                .filter(topic -> topic.name().equals(key.topic()))
                .flatMap(topic -> topic.partitions().stream())
                .filter(partition -> partition.partitionIndex() == key.partition())
                .map(partition -> partition.committedOffset() + " " + partition.errorCode())
                .findFirst()
                .orElse("none");
    }

    private Now now() {
        return new Now(nowMs, nowMs);
    }

    private <T> T anyOf(List<T> list) {
        return list.get(below(list.size()));
    }

    private int below(int bound) {
        return (int) Long.remainderUnsigned(random.nextLong(), bound);
    }
}
