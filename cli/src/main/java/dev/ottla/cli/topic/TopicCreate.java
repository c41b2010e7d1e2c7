package dev.ottla.cli.topic;

import dev.ottla.cli.client.ClientOptions;
import dev.ottla.cli.client.Clients;
import dev.ottla.cli.client.Failures;
import dev.ottla.cli.kit.CommandFailure;
import dev.ottla.cli.kit.ExitCode;
import dev.ottla.cli.kit.Given;
import dev.ottla.cli.kit.Io;
import dev.ottla.cli.kit.Json;
import dev.ottla.cli.kit.Progress;
import dev.ottla.cli.kit.Spec;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.jspecify.annotations.Nullable;

/** `ottla topic create`. */
public final class TopicCreate {
    private static final String PARTITIONS = "--partitions";
    private static final String REPLICATION_FACTOR = "--replication-factor";
    private static final String CONFIG = "--config";
    private static final String IF_NOT_EXISTS = "--if-not-exists";

    private TopicCreate() {}

    public static Spec spec() {
        return ClientOptions.add(Spec.command("Create a topic.", TopicCreate::run)
                        .argument(0, "TOPIC", "Its name.")
                        .number(new String[] {"-p", PARTITIONS}, "N", "How many partitions. Default: the broker's.")
                        .number(
                                new String[] {"-r", REPLICATION_FACTOR},
                                "N",
                                "On how many brokers each partition is. Default: the broker's.")
                        .many(new String[] {"-c", CONFIG}, "SETTING=VALUE", "A setting of the topic. May be repeated.")
                        .flag(IF_NOT_EXISTS, "Do nothing, and succeed, when the topic is there already.")
                        .json())
                .footer("", "Example:", "  ottla topic create orders --partitions 3 --config retention.ms=86400000");
    }

    private static void run(Given given, Io io) throws Exception {
        String name = given.argument(0);
        var topic = new NewTopic(
                        name,
                        within(given.number(PARTITIONS), PARTITIONS, Integer.MAX_VALUE)
                                .map(Long::intValue),
                        within(given.number(REPLICATION_FACTOR), REPLICATION_FACTOR, Short.MAX_VALUE)
                                .map(Long::shortValue))
                .configs(given.pairs(CONFIG));
        Clients.admin(given, io, admin -> {
            var result = admin.createTopics(List.of(topic));
            try {
                Failures.await(result.all(), "topic '%s'".formatted(name));
                created(name, result, given, io);
            } catch (CommandFailure failure) {
                if (failure.exitCode() != ExitCode.ALREADY_EXISTS) {
                    throw failure;
                }
                alreadyThere(name, given, io);
            }
        });
    }

    private static Optional<Long> within(@Nullable Long number, String option, long most) {
        if (number != null && (number < 1 || number > most)) {
            throw Given.usage("%s takes 1 to %d, not %d.".formatted(option, most, number));
        }
        return Optional.ofNullable(number);
    }

    private static void created(String name, CreateTopicsResult result, Given given, Io io) {
        String id = Failures.await(result.topicId(name), name).toString();
        int partitions = Failures.await(result.numPartitions(name), name);
        int replicationFactor = Failures.await(result.replicationFactor(name), name);
        if (given.json()) {
            Json.print(
                    io.out(),
                    Json.object()
                            .with("name", name)
                            .with("created", true)
                            .with("id", id)
                            .with("partitions", partitions)
                            .with("replicationFactor", replicationFactor));
        } else {
            io.out()
                    .println("Created topic '%s' with %s, replication factor %d."
                            .formatted(name, Progress.count(partitions, "partition"), replicationFactor));
        }
    }

    private static void alreadyThere(String name, Given given, Io io) {
        if (!given.has(IF_NOT_EXISTS)) {
            throw CommandFailure.of(ExitCode.ALREADY_EXISTS, "Topic '%s' is there already.".formatted(name))
                    .hint("--if-not-exists makes that a success; 'ottla topic describe %s' shows it.".formatted(name))
                    .error("TOPIC_ALREADY_EXISTS");
        }
        if (given.json()) {
            Json.print(io.out(), Json.object().with("name", name).with("created", false));
        } else {
            io.out().println("Topic '%s' is there already.".formatted(name));
        }
    }
}
