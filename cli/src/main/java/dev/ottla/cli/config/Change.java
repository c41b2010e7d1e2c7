package dev.ottla.cli.config;

import dev.ottla.cli.client.Failures;
import dev.ottla.cli.kit.Given;
import dev.ottla.cli.kit.Json;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.ConfigEntry;

/** Changes of settings, sent in one request: all or none of a resource's take effect. */
public final class Change {
    private final List<AlterConfigOp> operations = new ArrayList<>();

    public Change set(Map<String, String> values) {
        return each(OpType.SET, values);
    }

    /** Adds to settings that are lists. */
    public Change append(Map<String, String> values) {
        return each(OpType.APPEND, values);
    }

    /** Takes out of settings that are lists. */
    public Change subtract(Map<String, String> values) {
        return each(OpType.SUBTRACT, values);
    }

    /** Goes back to the default. */
    public Change delete(Collection<String> names) {
        for (String name : names) {
            if (name.contains("=")) {
                throw Given.usage("A setting to delete is named without a value, not '%s'.".formatted(name));
            }
            operations.add(new AlterConfigOp(new ConfigEntry(name, ""), OpType.DELETE));
        }
        return this;
    }

    private Change each(OpType type, Map<String, String> values) {
        values.forEach((name, value) -> operations.add(new AlterConfigOp(new ConfigEntry(name, value), type)));
        return this;
    }

    public boolean isEmpty() {
        return operations.isEmpty();
    }

    public void send(Admin admin, Resource resource) {
        Failures.await(
                admin.incrementalAlterConfigs(Map.of(resource.kafka(), operations))
                        .all(),
                resource.label());
    }

    /** A line each, for people. */
    public List<String> lines() {
        return operations.stream().map(Change::line).toList();
    }

    private static String line(AlterConfigOp operation) {
        String name = operation.configEntry().name();
        String value = operation.configEntry().value();
        return switch (operation.opType()) {
            case SET -> name + " = " + value;
            case DELETE -> name + " is back at its default";
            case APPEND -> name + ": " + value + " added";
            case SUBTRACT -> name + ": " + value + " taken out";
        };
    }

    /** An object each, for programs. */
    public List<Json> json() {
        return operations.stream()
                .map(operation -> Json.object()
                        .with("operation", operation.opType().name())
                        .with("name", operation.configEntry().name())
                        .with(
                                "value",
                                operation.opType() == OpType.DELETE
                                        ? null
                                        : operation.configEntry().value()))
                .toList();
    }
}
