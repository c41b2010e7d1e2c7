package dev.ottla.cli.config;

import dev.ottla.cli.client.ClientOptions;
import dev.ottla.cli.client.Clients;
import dev.ottla.cli.kit.Given;
import dev.ottla.cli.kit.Io;
import dev.ottla.cli.kit.Json;
import dev.ottla.cli.kit.Spec;

/** `ottla config set`: changes settings while the broker runs. */
public final class ConfigSet {
    private static final String DELETE = "--delete";
    private static final String APPEND = "--append";
    private static final String SUBTRACT = "--subtract";

    private ConfigSet() {}

    public static Spec spec() {
        return ClientOptions.add(Spec.command(
                                "Change settings of a topic, a group or a broker; all of one call, or none.",
                                ConfigSet::run)
                        .argument(0, "KIND", "topic, group or broker.")
                        .argument(1, "NAME", "The topic or group, or the broker's number; 'default' means all brokers.")
                        .arguments(2, 0, "SETTING=VALUE", "What to set.")
                        .many(DELETE, "SETTING", "Go back to the default. May be repeated.")
                        .many(APPEND, "SETTING=VALUE", "Add to a setting that is a list. May be repeated.")
                        .many(SUBTRACT, "SETTING=VALUE", "Take out of a setting that is a list. May be repeated.")
                        .json())
                .footer(
                        "",
                        "Examples:",
                        "  ottla config set topic orders retention.ms=86400000 cleanup.policy=delete",
                        "  ottla config set topic orders --delete retention.ms",
                        "  ottla config set group billing consumer.session.timeout.ms=60000",
                        "  ottla config set broker default log.retention.ms=3600000");
    }

    private static void run(Given given, Io io) throws Exception {
        var resource = Resource.parse(given.argument(0), given.argument(1));
        var change = new Change()
                .set(Given.pairs("A setting", given.arguments(2)))
                .append(given.pairs(APPEND))
                .subtract(given.pairs(SUBTRACT))
                .delete(given.many(DELETE));
        if (change.isEmpty()) {
            throw Given.usage("Nothing to change: give SETTING=VALUE or --delete SETTING.");
        }
        Clients.admin(given, io, admin -> {
            resource.check(admin);
            change.send(admin, resource);
            if (given.json()) {
                Json.print(
                        io.out(),
                        Json.object()
                                .with("kind", resource.kind())
                                .with("name", resource.name())
                                .with("changes", change.json()));
            } else {
                change.lines().forEach(line -> io.out().println(resource.label() + ": " + line));
            }
        });
    }
}
