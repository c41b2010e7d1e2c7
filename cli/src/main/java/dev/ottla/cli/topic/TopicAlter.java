package dev.ottla.cli.topic;

import dev.ottla.cli.client.ClientOptions;
import dev.ottla.cli.client.Clients;
import dev.ottla.cli.client.Failures;
import dev.ottla.cli.config.Change;
import dev.ottla.cli.config.Resource;
import dev.ottla.cli.kit.Given;
import dev.ottla.cli.kit.Io;
import dev.ottla.cli.kit.Json;
import dev.ottla.cli.kit.Progress;
import dev.ottla.cli.kit.Spec;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.jspecify.annotations.Nullable;

/** `ottla topic alter`: more partitions, other settings. */
public final class TopicAlter {
    private static final String PARTITIONS = "--partitions";
    private static final String CONFIG = "--config";
    private static final String DELETE_CONFIG = "--delete-config";

    private TopicAlter() {}

    public static Spec spec() {
        return ClientOptions.add(Spec.command("Give a topic more partitions or other settings.", TopicAlter::run)
                        .argument(0, "TOPIC", "The topic to change.")
                        .number(
                                new String[] {"-p", PARTITIONS},
                                "N",
                                "How many partitions it shall have; more than now. Keys may move to other partitions.")
                        .many(new String[] {"-c", CONFIG}, "SETTING=VALUE", "A setting to change. May be repeated.")
                        .many(DELETE_CONFIG, "SETTING", "A setting to put back to its default. May be repeated.")
                        .json())
                .footer("", "Example:", "  ottla topic alter orders --partitions 6 --config retention.ms=3600000");
    }

    private static void run(Given given, Io io) throws Exception {
        String name = given.argument(0);
        Long partitions = given.number(PARTITIONS);
        if (partitions != null && (partitions < 1 || partitions > Integer.MAX_VALUE)) {
            throw Given.usage("%s takes 1 to %d, not %d.".formatted(PARTITIONS, Integer.MAX_VALUE, partitions));
        }
        var change = new Change().set(given.pairs(CONFIG)).delete(given.many(DELETE_CONFIG));
        if (partitions == null && change.isEmpty()) {
            throw Given.usage("Nothing to change: give %s, %s or %s.".formatted(PARTITIONS, CONFIG, DELETE_CONFIG));
        }
        Clients.admin(given, io, admin -> {
            alter(admin, name, partitions, change);
            if (given.json()) {
                Json.print(
                        io.out(),
                        Json.object()
                                .with("name", name)
                                .with("partitions", partitions)
                                .with("changes", change.json()));
                return;
            }
            if (partitions != null) {
                io.out().println("topic '%s': %s".formatted(name, Progress.count(partitions, "partition")));
            }
            change.lines().forEach(line -> io.out().println("topic '%s': %s".formatted(name, line)));
        });
    }

    /** Settings first: they can be refused without harm, partitions cannot be taken back. */
    private static void alter(Admin admin, String name, @Nullable Long partitions, Change change) {
        if (!change.isEmpty()) {
            change.send(admin, Resource.topic(name));
        }
        if (partitions != null) {
            Failures.await(
                    admin.createPartitions(Map.of(name, NewPartitions.increaseTo(Math.toIntExact(partitions))))
                            .all(),
                    "topic '%s'".formatted(name));
        }
    }
}
