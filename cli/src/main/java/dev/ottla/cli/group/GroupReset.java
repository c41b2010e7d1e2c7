package dev.ottla.cli.group;

import dev.ottla.cli.client.ClientOptions;
import dev.ottla.cli.client.Clients;
import dev.ottla.cli.client.Failures;
import dev.ottla.cli.kit.CommandFailure;
import dev.ottla.cli.kit.ExitCode;
import dev.ottla.cli.kit.Given;
import dev.ottla.cli.kit.Io;
import dev.ottla.cli.kit.Json;
import dev.ottla.cli.kit.Spec;
import dev.ottla.cli.kit.Table;
import dev.ottla.cli.kit.TimeText;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** `ottla group reset`: a group without members goes on somewhere else. */
public final class GroupReset {
    private static final String TOPIC = "--topic";
    private static final String BEGINNING = "--to-beginning";
    private static final String END = "--to-end";
    private static final String OFFSET = "--to-offset";
    private static final String TIME = "--to-time";
    private static final String BY = "--by";
    private static final String DRY_RUN = "--dry-run";

    private GroupReset() {}

    public static Spec spec() {
        return ClientOptions.add(Spec.command("Move where a group without members goes on.", GroupReset::run)
                        .argument(0, "GROUP", "The group to move.")
                        .many(
                                new String[] {"-t", TOPIC},
                                "TOPIC[:N,N]",
                                "Only this topic, or these partitions of it. Default: all that the group has committed.")
                        .flag(BEGINNING, "To the first record.")
                        .flag(END, "To the end: only new records.")
                        .number(OFFSET, "N", "To this offset, as far as there is one.")
                        .text(TIME, "TIME", "To the first record of this time: " + TimeText.FORMS + ".")
                        .number(BY, "N", "So many records on, or with -N back.")
                        .flag(DRY_RUN, "Only show what would be.")
                        .json())
                .footer(
                        "",
                        "Examples:",
                        "  ottla group reset billing --to-beginning --topic orders",
                        "  ottla group reset billing --by -100 --topic orders:0,1 --dry-run",
                        "  ottla group reset billing --to-time 1h");
    }

    private record Move(TopicPartition partition, @Nullable Long before, long after) {}

    private static void run(Given given, Io io) throws Exception {
        given.atMostOne(BEGINNING, END, OFFSET, TIME, BY);
        String group = given.argument(0);
        Target target = target(given, io);
        Clients.admin(given, io, admin -> {
            var committed = GroupView.committed(admin, group);
            List<TopicPartition> partitions = partitions(admin, given.many(TOPIC), committed);
            if (partitions.isEmpty()) {
                throw CommandFailure.of(ExitCode.NOT_FOUND, "Group '%s' has committed nothing yet.".formatted(group))
                        .hint("Say where it should begin: --topic TOPIC.");
            }
            List<Move> moves = moves(admin, partitions, committed, target);
            if (!given.has(DRY_RUN)) {
                var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
                moves.forEach(move -> offsets.put(move.partition(), new OffsetAndMetadata(move.after())));
                Failures.await(admin.alterConsumerGroupOffsets(group, offsets).all(), "group '%s'".formatted(group));
            }
            if (given.json()) {
                Json.print(io.out(), moves.stream().map(GroupReset::json).toList());
            } else {
                print(moves, io);
            }
        });
    }

    /** Where to: exactly one is set. */
    private record Target(
            @Nullable OffsetSpec spec,
            @Nullable Long offset,
            @Nullable Long by) {}

    private static Target target(Given given, Io io) {
        String time = given.text(TIME);
        if (given.has(BEGINNING)) {
            return new Target(OffsetSpec.earliest(), null, null);
        }
        if (given.has(END)) {
            return new Target(OffsetSpec.latest(), null, null);
        }
        if (time != null) {
            long ms = TimeText.parse(time, io.clock().wallMs(), ZoneId.systemDefault());
            return new Target(OffsetSpec.forTimestamp(ms), null, null);
        }
        Long offset = given.number(OFFSET);
        Long by = given.number(BY);
        if (offset == null && by == null) {
            throw Given.usage("Say where to: %s, %s, %s, %s or %s.".formatted(BEGINNING, END, OFFSET, TIME, BY));
        }
        return new Target(null, offset, by);
    }

    private static List<TopicPartition> partitions(
            Admin admin, List<String> texts, Map<TopicPartition, OffsetAndMetadata> committed) {
        var partitions = new ArrayList<TopicPartition>();
        for (String text : texts) {
            int colon = text.lastIndexOf(':');
            if (colon >= 0) {
                numbers(text, colon)
                        .forEach(number -> partitions.add(new TopicPartition(text.substring(0, colon), number)));
                continue;
            }
            var described = Objects.requireNonNull(
                    admin.describeTopics(List.of(text)).topicNameValues().get(text));
            Failures.await(described, "topic '%s'".formatted(text))
                    .partitions()
                    .forEach(info -> partitions.add(new TopicPartition(text, info.partition())));
        }
        if (texts.isEmpty()) {
            partitions.addAll(committed.keySet());
        }
        partitions.sort(Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition));
        return partitions;
    }

    private static List<Integer> numbers(String text, int colon) {
        var numbers = new ArrayList<Integer>();
        for (String number : text.substring(colon + 1).split(",", -1)) {
            try {
                numbers.add(Integer.parseUnsignedInt(number.strip()));
            } catch (NumberFormatException e) {
                throw Given.usage("%s takes TOPIC or TOPIC:N,N, not '%s'.".formatted(TOPIC, text));
            }
        }
        return numbers;
    }

    private static List<Move> moves(
            Admin admin,
            List<TopicPartition> partitions,
            Map<TopicPartition, OffsetAndMetadata> committed,
            Target target) {
        Map<TopicPartition, Long> starts = offsets(admin, partitions, OffsetSpec.earliest());
        Map<TopicPartition, Long> ends = offsets(admin, partitions, OffsetSpec.latest());
        Map<TopicPartition, Long> found = target.spec() == null ? Map.of() : offsets(admin, partitions, target.spec());
        var moves = new ArrayList<Move>();
        for (TopicPartition partition : partitions) {
            OffsetAndMetadata before = committed.get(partition);
            long end = ends.getOrDefault(partition, 0L);
            long start = starts.getOrDefault(partition, 0L);
            Long wanted = found.get(partition);
            if (target.by() != null) {
                wanted = (before == null ? start : before.offset()) + target.by();
            } else if (target.offset() != null) {
                wanted = target.offset();
            }
            // No record is that young: the end.
            long to = wanted == null || (target.spec() != null && wanted < 0) ? end : wanted;
            moves.add(new Move(
                    partition, before == null ? null : before.offset(), Math.clamp(to, start, Math.max(start, end))));
        }
        return moves;
    }

    private static Map<TopicPartition, Long> offsets(Admin admin, List<TopicPartition> partitions, OffsetSpec spec) {
        var asked = new HashMap<TopicPartition, OffsetSpec>();
        partitions.forEach(partition -> asked.put(partition, spec));
        var offsets = new HashMap<TopicPartition, Long>();
        Failures.await(admin.listOffsets(asked).all(), "offsets")
                .forEach((partition, info) -> offsets.put(partition, info.offset()));
        return offsets;
    }

    private static void print(List<Move> moves, Io io) {
        var table = new Table("TOPIC", "PARTITION", "BEFORE", "AFTER");
        for (Move move : moves) {
            Long before = move.before();
            table.row(
                    move.partition().topic(),
                    move.partition().partition(),
                    before == null ? "-" : before,
                    move.after());
        }
        table.print(io.out());
    }

    private static Json json(Move move) {
        return Json.object()
                .with("topic", move.partition().topic())
                .with("partition", move.partition().partition())
                .with("before", move.before())
                .with("after", move.after());
    }
}
