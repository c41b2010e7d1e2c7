package dev.ottla.coordinator.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.base.OttlaException;
import dev.ottla.base.TopicId;
import dev.ottla.coordinator.event.CommittedOffset;
import dev.ottla.coordinator.event.GroupEvent;
import dev.ottla.coordinator.group.Client;
import dev.ottla.coordinator.runtime.Step;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;

/** Commits of a group's members, and what must come of them: each counts as it was sent, or not at all, and nothing but a commit changes what is committed. */
final class CheckedCommits {
    private final RunningCore core;
    private final String groupId;
    private final Map<String, Long> expected = new TreeMap<>();
    private long next;
    private int accepted;
    private int refused;

    CheckedCommits(RunningCore core, String groupId) {
        this.core = core;
        this.groupId = groupId;
    }

    int accepted() {
        return accepted;
    }

    int refused() {
        return refused;
    }

    /** Whether it was accepted. */
    boolean commit(Sender sender, String topic, TopicId topicId, int partition) {
        long offset = ++next;
        OffsetCommitRequestData request = new OffsetCommitRequestData()
                .setGroupId(groupId)
                .setMemberId(sender.memberId())
                .setGroupInstanceId(sender.instanceId())
                .setGenerationIdOrMemberEpoch(sender.epoch())
                .setTopics(List.of(new OffsetCommitRequestTopic()
                        .setName(topic)
                        .setTopicId(new Uuid(topicId.mostSignificantBits(), topicId.leastSignificantBits()))
                        .setPartitions(List.of(new OffsetCommitRequestPartition()
                                .setPartitionIndex(partition)
                                .setCommittedOffset(offset)))));
        Step<GroupEvent> step = core.step();
        boolean counts;
        try {
            var response = core.now().commit(new Client("c", "/h", (short) 9), request, step);
            counts = response.topics().getFirst().partitions().getFirst().errorCode() == 0;
        } catch (OttlaException e) {
            counts = false;
        }
        core.finish(step);
        if (counts) {
            expected.put(topic + "-" + partition, offset);
            accepted++;
        } else {
            refused++;
        }
        return counts;
    }

    /** @param where to be said when something is wrong */
    void check(GroupCore replayed, String where) {
        assertThat(offsets(core.now())).as("%s: committed", where).isEqualTo(expected);
        assertThat(offsets(replayed)).as("%s: stored", where).isEqualTo(expected);
        assertThat(expected.isEmpty() || replayed.groups().get(groupId) != null)
                .as("%s: offsets of a group that nobody would find", where)
                .isTrue();
    }

    private Map<String, Long> offsets(GroupCore of) {
        Map<String, Long> offsets = new TreeMap<>();
        of.groups()
                .offsets()
                .ofGroup(groupId)
                .forEach((topic, partitions) -> partitions.forEach(
                        (partition, committed) -> offsets.put(topic + "-" + partition, offset(committed))));
        return offsets;
    }

    private static Long offset(CommittedOffset committed) {
        return committed.offset();
    }

    /** Who says to commit, truly or not. */
    record Sender(String memberId, String instanceId, int epoch) {}
}
