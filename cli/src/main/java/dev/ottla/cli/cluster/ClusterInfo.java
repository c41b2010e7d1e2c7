package dev.ottla.cli.cluster;

import dev.ottla.cli.client.ClientOptions;
import dev.ottla.cli.client.Clients;
import dev.ottla.cli.client.Failures;
import dev.ottla.cli.kit.Given;
import dev.ottla.cli.kit.Io;
import dev.ottla.cli.kit.Json;
import dev.ottla.cli.kit.Spec;
import dev.ottla.cli.kit.Table;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Node;
import org.jspecify.annotations.Nullable;

/** `ottla cluster info`: who is there, and how much they hold. */
public final class ClusterInfo {
    private static final String SUBJECT = "cluster";

    private ClusterInfo() {}

    public static Spec spec() {
        return ClientOptions.add(
                Spec.command("Show the cluster's id, its brokers, and how much it holds.", ClusterInfo::run)
                        .json());
    }

    private static void run(Given given, Io io) throws Exception {
        Clients.admin(given, io, admin -> {
            var info = look(admin);
            if (given.json()) {
                Json.print(io.out(), json(info));
            } else {
                print(info, io);
            }
        });
    }

    private record Overview(
            String clusterId, @Nullable Node controller, List<Node> brokers, int topics, int partitions) {}

    private static Overview look(Admin admin) {
        var cluster = admin.describeCluster(new DescribeClusterOptions());
        Collection<String> names = Failures.await(
                admin.listTopics(new ListTopicsOptions().listInternal(true)).names(), SUBJECT);
        Collection<TopicDescription> topics = names.isEmpty()
                ? List.of()
                : Failures.await(admin.describeTopics(names).allTopicNames(), SUBJECT)
                        .values();
        List<Node> brokers = Failures.await(cluster.nodes(), SUBJECT).stream()
                .sorted(Comparator.comparingInt(Node::id))
                .toList();
        int partitions =
                topics.stream().mapToInt(topic -> topic.partitions().size()).sum();
        return new Overview(
                Failures.await(cluster.clusterId(), SUBJECT),
                Failures.await(cluster.controller(), SUBJECT),
                brokers,
                topics.size(),
                partitions);
    }

    private static void print(Overview info, Io io) {
        Node controller = info.controller();
        io.out().println("Cluster     " + info.clusterId());
        io.out().println("Controller  " + (controller == null ? "none" : "broker " + controller.id()));
        io.out().println("Topics      " + info.topics() + " with " + info.partitions() + " partitions");
        io.out().println();
        var table = new Table("BROKER", "ADDRESS", "RACK");
        for (Node node : info.brokers()) {
            table.row(node.id(), node.host() + ":" + node.port(), node.hasRack() ? node.rack() : "-");
        }
        table.print(io.out());
    }

    private static Json json(Overview info) {
        Node controller = info.controller();
        return Json.object()
                .with("clusterId", info.clusterId())
                .with("controller", controller == null ? null : controller.id())
                .with("topics", info.topics())
                .with("partitions", info.partitions())
                .with("brokers", info.brokers().stream().map(ClusterInfo::json).toList());
    }

    private static Json json(Node node) {
        return Json.object()
                .with("id", node.id())
                .with("host", node.host())
                .with("port", node.port())
                .with("rack", node.rack());
    }
}
