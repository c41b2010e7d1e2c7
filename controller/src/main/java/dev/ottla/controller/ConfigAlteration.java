package dev.ottla.controller;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.controller.IncrementalAlterConfigs.Edit;
import dev.ottla.controller.IncrementalAlterConfigs.ResourceEdits;
import dev.ottla.controller.ReplaceConfigs.ResourceConfigs;
import dev.ottla.metadata.ConfigResource;
import dev.ottla.metadata.ConfigResourceType;
import dev.ottla.metadata.MetadataEvent;
import dev.ottla.metadata.TopicNames;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/** How {@link IncrementalAlterConfigs} and {@link ReplaceConfigs} decide: the checks of Apache Kafka's broker and controller. */
final class ConfigAlteration {
    private final DecisionContext context;
    private final List<MetadataEvent> events = new ArrayList<>();

    /** A resource by the number and name off the wire. */
    private record Key(byte type, String name) {}

    ConfigAlteration(DecisionContext context) {
        this.context = context;
    }

    Decision<List<ConfigResult>> decide(IncrementalAlterConfigs command) {
        List<ConfigResult> results =
                decideEach(command.resources(), edits -> new Key(edits.type(), edits.name()), this::alter);
        return new Decision<>(command.validateOnly() ? List.of() : events, results);
    }

    Decision<List<ConfigResult>> decide(ReplaceConfigs command) {
        List<ConfigResult> results =
                decideEach(command.resources(), configs -> new Key(configs.type(), configs.name()), this::replace);
        return new Decision<>(command.validateOnly() ? List.of() : events, results);
    }

    private <T> List<ConfigResult> decideEach(
            List<T> resources, Function<T, Key> keyOf, Function<T, List<MetadataEvent>> change) {
        Set<Key> seen = new HashSet<>();
        Set<Key> twice = new HashSet<>();
        resources.stream().map(keyOf).filter(key -> !seen.add(key)).forEach(twice::add);
        List<ConfigResult> results = new ArrayList<>(resources.size());
        for (T resource : resources) {
            Key key = keyOf.apply(resource);
            Outcome outcome = twice.contains(key)
                    ? Outcome.failed(ErrorCode.INVALID_REQUEST, "Each resource must appear at most once.")
                    : outcome(resource, change);
            results.add(new ConfigResult(key.type(), key.name(), outcome));
        }
        return results;
    }

    private <T> Outcome outcome(T resource, Function<T, List<MetadataEvent>> change) {
        try {
            List<MetadataEvent> changes = change.apply(resource);
            if (events.size() + changes.size() > ControllerLimits.MAX_CHANGES_PER_REQUEST) {
                return Outcome.failed(
                        ErrorCode.POLICY_VIOLATION, "Unable to perform excessively large batch operation.");
            }
            events.addAll(changes);
            return Outcome.OK;
        } catch (OttlaException refused) {
            return new Outcome(refused.code(), refused.getMessage());
        }
    }

    private List<MetadataEvent> alter(ResourceEdits resource) {
        checkNames(resource.edits().stream().map(Edit::name).toList());
        checkNulls(resource.edits().stream()
                .filter(edit -> edit.operation() != ConfigEdits.DELETE && edit.value() == null)
                .map(Edit::name)
                .toList());
        ConfigResourceType type = type(resource.type());
        return switch (type) {
            case TOPIC -> {
                ConfigResource topic = ConfigResource.topic(resource.name());
                Map<String, String> before = context.image().configs(topic);
                yield topicChanges(topic, ConfigEdits.applyToTopic(before, resource.edits()));
            }
            case BROKER -> {
                ConfigResource broker = broker(resource.name());
                Map<String, String> before = context.image().configs(broker);
                yield brokerChanges(broker, ConfigEdits.applyToBroker(before, resource.edits()));
            }
            case BROKER_LOGGER -> throw loggerRefusal(resource);
            case GROUP -> {
                ConfigResource group = ConfigResource.group(resource.name());
                Map<String, String> before = context.image().configs(group);
                yield groupChanges(group, ConfigEdits.applyToGroup(before, resource.edits()));
            }
            case CLIENT_METRICS -> throw laterRefusal(resource.name());
        };
    }

    private List<MetadataEvent> replace(ResourceConfigs resource) {
        List<String> names =
                resource.configs().stream().map(ConfigSetting::name).toList();
        checkNames(names);
        checkNulls(resource.configs().stream()
                .filter(setting -> setting.value() == null)
                .map(ConfigSetting::name)
                .toList());
        Map<String, String> after = new TreeMap<>();
        for (ConfigSetting setting : resource.configs()) {
            after.put(setting.name(), Objects.requireNonNull(setting.value()));
        }
        ConfigResourceType type = type(resource.type());
        return switch (type) {
            case TOPIC -> topicChanges(ConfigResource.topic(resource.name()), after);
            case BROKER -> brokerChanges(broker(resource.name()), after);
            case BROKER_LOGGER -> throw invalidRequest("Unknown resource type " + resource.type());
            case GROUP -> groupChanges(ConfigResource.group(resource.name()), after);
            case CLIENT_METRICS -> throw laterRefusal(resource.name());
        };
    }

    private List<MetadataEvent> topicChanges(ConfigResource topic, Map<String, String> after) {
        if (topic.name().isEmpty()) {
            throw invalidRequest("Default topic resources are not allowed.");
        }
        String problem = TopicNames.problem(topic.name());
        if (problem != null) {
            throw new OttlaException(ErrorCode.INVALID_TOPIC_EXCEPTION, problem);
        }
        TopicConfigCheck.check(after);
        if (context.image().topic(topic.name()) == null) {
            throw new OttlaException(
                    ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "The topic '" + topic.name() + "' does not exist.");
        }
        return changes(topic, after);
    }

    private List<MetadataEvent> brokerChanges(ConfigResource broker, Map<String, String> after) {
        BrokerConfigCheck.check(!broker.equals(ConfigResource.ALL_BROKERS), after);
        return changes(broker, after);
    }

    private List<MetadataEvent> groupChanges(ConfigResource group, Map<String, String> after) {
        if (group.name().isEmpty()) {
            throw invalidRequest("Default group resources are not allowed.");
        }
        GroupConfigCheck.check(context.configs(), after);
        GroupConfigCheck.checkRoom(context.image(), group, after);
        return changes(group, after);
    }

    private List<MetadataEvent> changes(ConfigResource resource, Map<String, String> after) {
        Map<String, String> before = context.image().configs(resource);
        Set<String> names = new TreeSet<>(before.keySet());
        names.addAll(after.keySet());
        List<MetadataEvent> changes = new ArrayList<>();
        for (String name : names) {
            String value = after.get(name);
            if (!Objects.equals(before.get(name), value)) {
                changes.add(new MetadataEvent.ConfigChanged(resource, name, value));
            }
        }
        return changes;
    }

    private ConfigResource broker(String name) {
        if (name.isEmpty()) {
            return ConfigResource.ALL_BROKERS;
        }
        int brokerId = nodeId(name);
        if (brokerId != context.settings().nodeId()) {
            throw invalidRequest(
                    "Unexpected broker id, expected " + context.settings().nodeId() + ", but received " + name);
        }
        return ConfigResource.broker(brokerId);
    }

    /** The loggers of this process have no levels that can change. */
    private OttlaException loggerRefusal(ResourceEdits resource) {
        int nodeId = nodeId(resource.name());
        if (nodeId != context.settings().nodeId()) {
            return invalidRequest("Unexpected node id. Expected "
                    + context.settings().nodeId() + ", but received " + resource.name());
        }
        for (Edit edit : resource.edits()) {
            if (edit.operation() == ConfigEdits.APPEND || edit.operation() == ConfigEdits.SUBTRACT) {
                return invalidRequest(ConfigEdits.nameOf(edit.operation())
                        + " operation is not allowed for the BROKER_LOGGER resource");
            }
        }
        String logger =
                resource.edits().isEmpty() ? "" : resource.edits().getFirst().name();
        return new OttlaException(ErrorCode.INVALID_CONFIG, "Logger " + logger + " does not exist!");
    }

    private static OttlaException laterRefusal(String subscription) {
        return subscription.isEmpty()
                ? invalidRequest("Subscription name can't be empty")
                : invalidRequest("Ottla does not support client metrics subscriptions yet.");
    }

    private static ConfigResourceType type(byte wireCode) {
        ConfigResourceType type = ConfigResourceType.ofWireCode(wireCode);
        if (type == null) {
            throw invalidRequest("Unknown resource type " + wireCode);
        }
        return type;
    }

    private static int nodeId(String name) {
        try {
            return Integer.parseInt(name);
        } catch (NumberFormatException notANumber) {
            throw new OttlaException(
                    ErrorCode.INVALID_REQUEST, "Node id must be an integer, but it is: " + name, notANumber);
        }
    }

    private static void checkNames(List<String> names) {
        if (new HashSet<>(names).size() != names.size()) {
            throw invalidRequest("Error due to duplicate config keys");
        }
    }

    private static void checkNulls(List<String> withoutValue) {
        if (!withoutValue.isEmpty()) {
            throw invalidRequest("Null value not supported for : " + String.join(", ", withoutValue));
        }
    }

    private static OttlaException invalidRequest(String message) {
        return new OttlaException(ErrorCode.INVALID_REQUEST, message);
    }
}
