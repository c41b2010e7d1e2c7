package dev.ottla.cli.topic;

import dev.ottla.cli.client.ClientOptions;
import dev.ottla.cli.client.Clients;
import dev.ottla.cli.client.Failures;
import dev.ottla.cli.kit.Given;
import dev.ottla.cli.kit.Io;
import dev.ottla.cli.kit.Json;
import dev.ottla.cli.kit.Progress;
import dev.ottla.cli.kit.Spec;
import dev.ottla.cli.kit.Table;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;

/** `ottla topic list`. */
public final class TopicList {
    private static final String INTERNAL = "--internal";

    private TopicList() {}

    public static Spec spec() {
        return ClientOptions.add(Spec.command("List the topics.", TopicList::run)
                .flag(INTERNAL, "Also the topics that the broker keeps for itself.")
                .json());
    }

    private static void run(Given given, Io io) throws Exception {
        Clients.admin(given, io, admin -> {
            List<TopicDescription> topics = topics(admin, given.has(INTERNAL));
            if (given.json()) {
                Json.print(io.out(), topics.stream().map(TopicList::json).toList());
            } else {
                print(topics, io);
            }
        });
    }

    private static List<TopicDescription> topics(Admin admin, boolean internal) {
        var names = Failures.await(
                admin.listTopics(new ListTopicsOptions().listInternal(internal)).names(), "topics");
        if (names.isEmpty()) {
            return List.of();
        }
        Map<String, TopicDescription> topics =
                Failures.await(admin.describeTopics(names).allTopicNames(), "topics");
        return topics.values().stream()
                .sorted(Comparator.comparing(TopicDescription::name))
                .toList();
    }

    private static void print(List<TopicDescription> topics, Io io) {
        if (topics.isEmpty()) {
            io.out().println("No topics yet. Make one: ottla topic create NAME");
            return;
        }
        var table = new Table("TOPIC", "PARTITIONS", "REPLICATION FACTOR");
        for (TopicDescription topic : topics) {
            table.row(topic.name(), topic.partitions().size(), replicationFactor(topic));
        }
        table.print(io.out());
        io.out().println(Progress.count(topics.size(), "topic"));
    }

    private static Json json(TopicDescription topic) {
        return Json.object()
                .with("name", topic.name())
                .with("id", topic.topicId())
                .with("internal", topic.isInternal())
                .with("partitions", topic.partitions().size())
                .with("replicationFactor", replicationFactor(topic));
    }

    static int replicationFactor(TopicDescription topic) {
        return topic.partitions().stream()
                .mapToInt(partition -> partition.replicas().size())
                .max()
                .orElse(0);
    }
}
