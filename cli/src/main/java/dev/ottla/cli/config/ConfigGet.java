package dev.ottla.cli.config;

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
import dev.ottla.cli.kit.Table;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeConfigsOptions;

/** `ottla config get`: the settings in force, and where each comes from. */
public final class ConfigGet {
    private static final String ALL = "--all";

    private ConfigGet() {}

    public static Spec spec() {
        return ClientOptions.add(Spec.command("Show the settings of a topic, a group or a broker.", ConfigGet::run)
                        .argument(0, "KIND", "topic, group or broker.")
                        .argument(1, "NAME", "The topic or group, or the broker's number; 'default' means all brokers.")
                        .arguments(2, 0, "SETTING", "Only these settings.")
                        .flag(new String[] {"-a", ALL}, "Also the settings that nobody has set.")
                        .json())
                .footer(
                        "",
                        "Examples:",
                        "  ottla config get topic orders",
                        "  ottla config get topic orders retention.ms --json",
                        "  ottla config get group billing --all",
                        "  ottla config get broker 1 --all");
    }

    private static void run(Given given, Io io) throws Exception {
        var resource = Resource.parse(given.argument(0), given.argument(1));
        var names = given.arguments(2);
        Clients.admin(given, io, admin -> {
            resource.check(admin);
            List<ConfigEntry> entries = entries(admin, resource);
            List<ConfigEntry> chosen = names.isEmpty()
                    ? entries.stream()
                            .filter(entry -> given.has(ALL) || Settings.isSet(entry))
                            .toList()
                    : named(entries, names, resource);
            if (given.json()) {
                Json.print(
                        io.out(),
                        Json.object()
                                .with("kind", resource.kind())
                                .with("name", resource.name())
                                .with(
                                        "settings",
                                        chosen.stream().map(Settings::json).toList()));
            } else {
                print(chosen, entries.size(), names.isEmpty(), io);
            }
        });
    }

    private static List<ConfigEntry> entries(Admin admin, Resource resource) {
        var options = new DescribeConfigsOptions().includeSynonyms(true);
        Map<?, Config> answers = Failures.await(
                admin.describeConfigs(List.of(resource.kafka()), options).all(), resource.label());
        return answers.values().iterator().next().entries().stream()
                .sorted(Comparator.comparing(ConfigEntry::name))
                .toList();
    }

    private static List<ConfigEntry> named(List<ConfigEntry> entries, List<String> names, Resource resource) {
        var chosen = new ArrayList<ConfigEntry>();
        for (String name : names) {
            chosen.add(entries.stream()
                    .filter(entry -> entry.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> CommandFailure.of(
                                    ExitCode.NOT_FOUND, "%s has no setting '%s'.".formatted(resource.label(), name))
                            .hint("See all of them: ottla config get %s %s --all"
                                    .formatted(resource.kind(), resource.name()))));
        }
        return chosen;
    }

    private static void print(List<ConfigEntry> chosen, int all, boolean isSelection, Io io) {
        if (!chosen.isEmpty()) {
            var table = new Table("SETTING", "VALUE", "SET BY");
            for (ConfigEntry entry : chosen) {
                table.row(entry.name(), Settings.value(entry), Settings.source(entry.source()));
            }
            table.print(io.out());
        }
        if (isSelection && all > chosen.size()) {
            io.out()
                    .println("%s at the default (--all shows them)"
                            .formatted(Progress.count(all - chosen.size(), "setting")));
        }
    }
}
