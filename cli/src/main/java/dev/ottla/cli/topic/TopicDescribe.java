package dev.ottla.cli.topic;

import dev.ottla.cli.client.ClientOptions;
import dev.ottla.cli.client.Clients;
import dev.ottla.cli.config.Settings;
import dev.ottla.cli.kit.Given;
import dev.ottla.cli.kit.Io;
import dev.ottla.cli.kit.Json;
import dev.ottla.cli.kit.Progress;
import dev.ottla.cli.kit.Sizes;
import dev.ottla.cli.kit.Spec;
import dev.ottla.cli.kit.Table;
import dev.ottla.cli.topic.TopicView.PartitionView;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apache.kafka.common.Node;
import org.jspecify.annotations.Nullable;

/** `ottla topic describe`. */
public final class TopicDescribe {
    private TopicDescribe() {}

    public static Spec spec() {
        return ClientOptions.add(Spec.command(
                        "Show topics: partitions, offsets, sizes and the settings that are set.", TopicDescribe::run)
                .arguments(0, 1, "TOPIC", "The topics to show.")
                .json());
    }

    private static void run(Given given, Io io) throws Exception {
        Clients.admin(given, io, admin -> {
            List<TopicView> topics = TopicView.load(admin, given.arguments(0));
            if (given.json()) {
                Json.print(io.out(), topics.stream().map(TopicDescribe::json).toList());
                return;
            }
            for (int i = 0; i < topics.size(); i++) {
                if (i > 0) {
                    io.out().println();
                }
                print(topics.get(i), io);
            }
        });
    }

    private static void print(TopicView view, Io io) {
        var out = io.out();
        long records = view.partitions().stream()
                .map(PartitionView::records)
                .filter(Objects::nonNull)
                .mapToLong(Long::longValue)
                .sum();
        long bytes = view.partitions().stream()
                .map(PartitionView::sizeBytes)
                .filter(Objects::nonNull)
                .mapToLong(Long::longValue)
                .sum();
        out.println("Topic     " + view.topic().name());
        out.println("Id        " + view.topic().topicId());
        out.println("Holds     %s, %s in %s"
                .formatted(
                        Progress.count(records, "record"),
                        Sizes.text(bytes),
                        Progress.count(view.partitions().size(), "partition")));
        out.println("Settings  " + (view.settings().isEmpty() ? "all at their defaults" : ""));
        view.settings()
                .forEach(entry -> out.println("  %s = %s (%s)"
                        .formatted(entry.name(), Settings.value(entry), Settings.source(entry.source()))));
        out.println();
        var table = new Table(
                "PARTITION", "LEADER", "REPLICAS", "IN SYNC", "FIRST OFFSET", "NEXT OFFSET", "RECORDS", "SIZE");
        for (PartitionView partition : view.partitions()) {
            Long size = partition.sizeBytes();
            table.row(
                    partition.info().partition(),
                    orDash(partition.leader()),
                    ids(partition.info().replicas()),
                    ids(partition.info().isr()),
                    orDash(partition.start()),
                    orDash(partition.end()),
                    orDash(partition.records()),
                    size == null ? "-" : Sizes.text(size));
        }
        table.print(out);
    }

    private static String orDash(@Nullable Object value) {
        return value == null ? "-" : value.toString();
    }

    private static String ids(List<Node> nodes) {
        return nodes.stream().map(Node::idString).collect(Collectors.joining(","));
    }

    private static Json json(TopicView view) {
        return Json.object()
                .with("name", view.topic().name())
                .with("id", view.topic().topicId())
                .with("internal", view.topic().isInternal())
                .with("replicationFactor", TopicList.replicationFactor(view.topic()))
                .with(
                        "partitions",
                        view.partitions().stream().map(TopicDescribe::json).toList())
                .with("settings", view.settings().stream().map(Settings::json).toList());
    }

    private static Json json(PartitionView partition) {
        return Json.object()
                .with("partition", partition.info().partition())
                .with("leader", partition.leader())
                .with(
                        "replicas",
                        partition.info().replicas().stream().map(Node::id).toList())
                .with(
                        "inSyncReplicas",
                        partition.info().isr().stream().map(Node::id).toList())
                .with("firstOffset", partition.start())
                .with("nextOffset", partition.end())
                .with("sizeBytes", partition.sizeBytes());
    }
}
