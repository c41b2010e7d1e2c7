package dev.ottla.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.Errors;

/**
 * Takes out of a reply what two right brokers may answer differently, and nothing else: ids that a broker draws, the wall clock, ports,
 * folders and disk sizes, throttle times, the wording of messages, settings of Ottla's own, and the order of lists that are sets.
 */
final class Normaliser {
    /** Kafka knows nothing of Ottla's own settings. */
    private static final String OWN_SETTINGS = "ottla.";

    private static final String ZERO_UUID = Uuid.ZERO_UUID.toString();
    private static final Set<String> UUIDS =
            Set.of("topicId", "voterDirectoryId", "replicaDirectoryId", "leaderDirectoryId");
    private static final Set<String> WORDING = Set.of("batchIndexErrorMessage", "message", "documentation");

    /** Numbers that a broker chooses; a negative one means "none" and stays. */
    private static final Map<String, String> CHOSEN = Map.ofEntries(
            Map.entry("port", "port"),
            Map.entry("logAppendTimeMs", "time"),
            Map.entry("lastFetchTimestamp", "time"),
            Map.entry("lastCaughtUpTimestamp", "time"),
            Map.entry("lastTimestamp", "time"),
            Map.entry("transactionStartTimeMs", "time"),
            Map.entry("brokerEpoch", "epoch"),
            Map.entry("totalBytes", "bytes"),
            Map.entry("usableBytes", "bytes"));

    /** Ids of which it matters whether two are the same; a negative one, and session 0, mean "none". */
    private static final Set<String> COUNTED_IDS = Set.of("sessionId", "producerId");

    /** Ids of group members, which the broker draws with something readable before them. */
    private static final Set<String> MEMBER_IDS = Set.of("memberId", "leader");

    private static final Pattern DRAWN_ID =
            Pattern.compile(".*-\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}|[\\w-]{22}");

    /** Lists that are sets, with the field that names an element. */
    private static final Map<String, List<String>> UNORDERED = Map.ofEntries(
            Map.entry("topics", List.of("name", "topic", "topicId")),
            Map.entry("responses", List.of("name", "topic", "topicId", "resourceName")),
            Map.entry("results", List.of("topicName", "name", "resourceName", "logDir", "groupId")),
            Map.entry("configs", List.of("name")),
            Map.entry("configResources", List.of("resourceName")),
            Map.entry("partitions", List.of("partitionIndex", "partition")),
            Map.entry("partitionResponses", List.of("index")),
            Map.entry("replicaElectionResults", List.of("topic")),
            Map.entry("groups", List.of("groupId")),
            Map.entry("topicPartitions", List.of("topicName", "topicId")),
            Map.entry(
                    "members",
                    List.of("groupInstanceId", "metadata", "memberMetadata", "memberAssignment", "memberId")),
            Map.entry("partitionResult", List.of("partitionId")),
            Map.entry("brokers", List.of("nodeId")),
            Map.entry("transactionStates", List.of("transactionalId")),
            Map.entry("resultsByTransaction", List.of("transactionalId")),
            Map.entry("resultsByTopicV3AndBelow", List.of("name")),
            Map.entry("topicResults", List.of("name")),
            Map.entry("resultsByPartition", List.of("partitionIndex")),
            Map.entry("abortedTransactions", List.of("firstOffset")),
            Map.entry("activeProducers", List.of("producerId")));

    private final Labels labels;

    Normaliser(Labels labels) {
        this.labels = labels;
    }

    /** A copy without what may differ. */
    JsonNode normalise(JsonNode reply) {
        return object("", reply);
    }

    private JsonNode object(String field, JsonNode node) {
        if (node.isObject()) {
            ObjectNode copy = JsonNodeFactory.instance.objectNode();
            boolean failed = node.path("errorCode").asInt() != 0;
            node.properties().forEach(e -> {
                if (e.getKey().equals("errorMessage")) {
                    copy.set(e.getKey(), message(failed, e.getValue()));
                } else if (!e.getKey().equals("throttleTimeMs")) {
                    copy.set(e.getKey(), object(e.getKey(), e.getValue()));
                }
            });
            return copy;
        }
        if (node.isArray()) {
            return array(field, node);
        }
        return leaf(field, node);
    }

    /** An error may come with words or without: its code speaks. Without an error, no words are the same as empty ones. */
    private static JsonNode message(boolean failed, JsonNode message) {
        return text(failed ? "<any>" : message.asText("").isEmpty() || message.isNull() ? "none" : "<text>");
    }

    private JsonNode array(String field, JsonNode node) {
        List<JsonNode> elements = new ArrayList<>();
        List<String> names = UNORDERED.getOrDefault(field, List.of());
        List<JsonNode> sorted = new ArrayList<>();
        node.forEach(sorted::add);
        if (field.equals("configs")) {
            sorted.removeIf(config -> config.path("name").asText().startsWith(OWN_SETTINGS));
        }
        if (!names.isEmpty() && sorted.stream().allMatch(JsonNode::isNumber)) {
            sorted.sort(Comparator.comparingLong(JsonNode::asLong));
        } else if (!names.isEmpty()) {
            sorted.sort(Comparator.comparing((JsonNode n) -> sortKey(n, names)));
        }
        sorted.forEach(n -> elements.add(object(field, n)));
        ArrayNode copy = JsonNodeFactory.instance.arrayNode();
        copy.addAll(elements);
        return copy;
    }

    private String sortKey(JsonNode element, List<String> names) {
        StringBuilder key = new StringBuilder();
        boolean named = false;
        for (String name : names) {
            JsonNode value = element.path(name);
            if (name.equals("memberId") && DRAWN_ID.matcher(value.asText()).matches()) {
                continue;
            }
            if (!name.equals("topicId")) {
                named |= !value.asText("").isEmpty();
                key.append(value.isNumber() ? "%012d".formatted(value.asLong()) : value.asText())
                        .append('\u0000');
            } else if (!named && value.isTextual()) {
                // Only where there is no name, as labels are counted in the order of what is shown.
                key.append(object(name, value).asText());
            }
        }
        return key.toString();
    }

    private JsonNode leaf(String field, JsonNode node) {
        if (UUIDS.contains(field)) {
            return node.asText().equals(ZERO_UUID) ? node : text(labels.of(field, node.asText()));
        }
        if (field.endsWith("errorCode") || field.endsWith("ErrorCode")) {
            return text(Errors.forCode((short) node.asInt()).name());
        }
        if (WORDING.contains(field) && !node.asText("").isEmpty()) {
            return text("<text>");
        }
        if (field.equals("clusterId") && !node.isNull()) {
            return text("<cluster>");
        }
        if (field.equals("logDir")) {
            return text("<folder>");
        }
        if (MEMBER_IDS.contains(field) && DRAWN_ID.matcher(node.asText()).matches()) {
            return text(labels.of("member", node.asText()));
        }
        if (CHOSEN.containsKey(field) && node.asLong() >= 0 && !isScenariosOwnTime(node.asLong())) {
            return text("<" + CHOSEN.get(field) + ">");
        }
        if (COUNTED_IDS.contains(field) && node.asLong() >= (field.equals("sessionId") ? 1 : 0)) {
            return text(labels.of(field, node.asText()));
        }
        return node;
    }

    /** A time that the scenario itself sent is compared. */
    private static boolean isScenariosOwnTime(long value) {
        return Math.abs(value - Batches.TIME_MS) < 10_000;
    }

    private static TextNode text(String value) {
        return TextNode.valueOf(value);
    }
}
