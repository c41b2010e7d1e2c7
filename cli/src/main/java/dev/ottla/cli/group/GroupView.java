package dev.ottla.cli.group;

import dev.ottla.cli.client.Failures;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** A group with where it stands in each partition that it has an offset of, or a member for. */
record GroupView(ConsumerGroupDescription group, List<Row> rows) {
    private static final Comparator<TopicPartition> ORDER =
            Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition);

    /**
     * A partition.
     *
     * @param committed null when nothing is committed
     * @param end null when the partition is gone
     * @param member null when nobody reads it now
     */
    record Row(
            TopicPartition partition,
            @Nullable Long committed,
            @Nullable Long end,
            @Nullable MemberDescription member) {
        /** How many offsets are left to read; null when that cannot be said. */
        @Nullable
        Long lag() {
            return committed == null || end == null ? null : Math.max(0, end - committed);
        }
    }

    static List<GroupView> load(Admin admin, List<String> groupIds) {
        var described = admin.describeConsumerGroups(groupIds).describedGroups();
        var views = new ArrayList<GroupView>();
        for (String groupId : groupIds) {
            String subject = "group '%s'".formatted(groupId);
            ConsumerGroupDescription group = Failures.await(Objects.requireNonNull(described.get(groupId)), subject);
            views.add(new GroupView(group, rows(admin, group, subject)));
        }
        return views;
    }

    /** What a group has committed. */
    static Map<TopicPartition, OffsetAndMetadata> committed(Admin admin, String groupId) {
        Map<TopicPartition, OffsetAndMetadata> offsets = Failures.await(
                admin.listConsumerGroupOffsets(groupId).partitionsToOffsetAndMetadata(),
                "group '%s'".formatted(groupId));
        var present = new HashMap<>(offsets);
        present.values().removeIf(offset -> offset == null);
        return present;
    }

    private static List<Row> rows(Admin admin, ConsumerGroupDescription group, String subject) {
        var committed = committed(admin, group.groupId());
        var members = new HashMap<TopicPartition, MemberDescription>();
        group.members()
                .forEach(member ->
                        member.assignment().topicPartitions().forEach(partition -> members.put(partition, member)));
        var all = new TreeSet<>(ORDER);
        all.addAll(committed.keySet());
        all.addAll(members.keySet());
        Map<TopicPartition, ListOffsetsResultInfo> ends = ends(admin, all, subject);
        var rows = new ArrayList<Row>();
        for (TopicPartition partition : all) {
            OffsetAndMetadata offset = committed.get(partition);
            ListOffsetsResultInfo end = ends.get(partition);
            rows.add(new Row(
                    partition,
                    offset == null ? null : offset.offset(),
                    end == null ? null : end.offset(),
                    members.get(partition)));
        }
        return rows;
    }

    private static Map<TopicPartition, ListOffsetsResultInfo> ends(
            Admin admin, TreeSet<TopicPartition> partitions, String subject) {
        var asked = new HashMap<TopicPartition, OffsetSpec>();
        partitions.forEach(partition -> asked.put(partition, OffsetSpec.latest()));
        return asked.isEmpty()
                ? Map.of()
                : Failures.await(admin.listOffsets(asked).all(), subject);
    }
}
