package dev.ottla.cli.config;

import dev.ottla.cli.client.Failures;
import dev.ottla.cli.kit.CommandFailure;
import dev.ottla.cli.kit.ExitCode;
import dev.ottla.cli.kit.Given;
import java.util.Locale;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.config.ConfigResource;

/**
 * What has settings: a topic, a group, one broker, or all brokers.
 *
 * @param label how to call it in front of a person
 */
public record Resource(ConfigResource kafka, String label) {
    static final String ALL_BROKERS = "default";

    public static Resource topic(String name) {
        return new Resource(new ConfigResource(ConfigResource.Type.TOPIC, name), "topic '%s'".formatted(name));
    }

    static Resource parse(String kind, String name) {
        return switch (kind) {
            case "topic" -> topic(name);
            case "group" -> group(name);
            case "broker" -> broker(name);
            default ->
                throw Given.usage("Settings are those of a topic, a group or a broker, not of '%s'.".formatted(kind));
        };
    }

    private static Resource group(String name) {
        return new Resource(new ConfigResource(ConfigResource.Type.GROUP, name), "group '%s'".formatted(name));
    }

    private static Resource broker(String name) {
        if (name.equals(ALL_BROKERS)) {
            return new Resource(new ConfigResource(ConfigResource.Type.BROKER, ""), "all brokers");
        }
        if (name.isEmpty() || name.length() > 9 || !name.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw Given.usage(
                    "A broker is named by its number, or '%s' for all of them, not '%s'.".formatted(ALL_BROKERS, name));
        }
        return new Resource(new ConfigResource(ConfigResource.Type.BROKER, name), "broker " + name);
    }

    /** Kafka's client would look for a broker that is not there until its time-out. */
    void check(Admin admin) {
        if (kafka.type() != ConfigResource.Type.BROKER || kafka.isDefault()) {
            return;
        }
        int id = Integer.parseInt(kafka.name());
        boolean there = Failures.await(admin.describeCluster().nodes(), "cluster").stream()
                .anyMatch(node -> node.id() == id);
        if (!there) {
            throw CommandFailure.of(ExitCode.NOT_FOUND, "There is no broker %d.".formatted(id))
                    .hint("See who is there: ottla cluster info");
        }
    }

    String kind() {
        return kafka.type().name().toLowerCase(Locale.ROOT);
    }

    String name() {
        return kafka.isDefault() ? ALL_BROKERS : kafka.name();
    }
}
