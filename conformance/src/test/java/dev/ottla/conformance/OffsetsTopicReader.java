package dev.ottla.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.MessageFormatter;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.coordinator.group.GroupCoordinatorRecordSerde;
import org.apache.kafka.coordinator.group.generated.CoordinatorRecordJsonConverters;
import org.apache.kafka.tools.consumer.CoordinatorRecordMessageFormatter;
import org.apache.kafka.tools.consumer.GroupMetadataMessageFormatter;
import org.apache.kafka.tools.consumer.OffsetsMessageFormatter;

/**
 * Follows groups as monitors do, from nothing but {@code __consumer_offsets}: read from its beginning, committed transactions only, by Apache Kafka's own formatters. What
 * it makes of the same life must be the same on every broker.
 */
final class OffsetsTopicReader {
    private static final TopicPartition OFFSETS = new TopicPartition("__consumer_offsets", 0);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final List<MessageFormatter> FORMATTERS =
            List.of(new OffsetsMessageFormatter(), new GroupMetadataMessageFormatter(), new ConsumerGroupFormatter());

    /** Epochs that a member had before: for telling late requests from right ones. */
    private static final Set<String> PRIVATE = Set.of("previousMemberEpoch", "assignmentEpochs");

    private final ObjectMapper json = new ObjectMapper();
    private final Map<String, String> names;

    /** @param names what to call ids that brokers draw */
    OffsetsTopicReader(Map<String, String> names) {
        this.names = names;
    }

    /** What there is by now: of each key its last value. */
    SortedMap<String, String> read(Target broker) throws IOException {
        SortedMap<String, String> state = new TreeMap<>();
        Map<String, Object> config = Map.of(
                "bootstrap.servers", broker.bootstrap(), "isolation.level", "read_committed", "fetch.max.wait.ms", 10);
        try (var consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(OFFSETS));
            consumer.seekToBeginning(List.of(OFFSETS));
            long end = consumer.endOffsets(List.of(OFFSETS)).getOrDefault(OFFSETS, 0L);
            while (consumer.position(OFFSETS) < end) {
                for (ConsumerRecord<byte[], byte[]> event : consumer.poll(POLL)) {
                    take(json.readTree(named(format(event))), state);
                }
            }
        }
        return state;
    }

    private void take(JsonNode event, SortedMap<String, String> state) {
        String key = event.path("key").toString();
        if (event.path("value").isNull()) {
            state.remove(key);
        } else {
            state.put(key, derived(event.path("value")).toString());
        }
    }

    /** Without what is only between a member and its coordinator, and without the order of sets. */
    private JsonNode derived(JsonNode value) {
        if (value instanceof ObjectNode object) {
            ObjectNode copy = json.createObjectNode();
            object.properties().forEach(field -> {
                if (!PRIVATE.contains(field.getKey())) {
                    copy.set(field.getKey(), derived(field.getValue()));
                }
            });
            return copy;
        }
        if (value instanceof ArrayNode array) {
            List<JsonNode> sorted = new ArrayList<>();
            array.forEach(each -> sorted.add(derived(each)));
            sorted.sort(Comparator.comparing(JsonNode::toString));
            return json.createArrayNode().addAll(sorted);
        }
        return value;
    }

    private String named(String text) {
        String named = text;
        for (Map.Entry<String, String> name : names.entrySet()) {
            named = named.replace(name.getKey(), name.getValue());
        }
        return named.replaceAll("(\"\\w*[tT]imestamp\"):\\d{10,}", "$1:\"<time>\"")
                .replaceAll("(\"metadataHash\"):-?[1-9]\\d*", "$1:\"<hash>\"");
    }

    /** By the one formatter that is for it. */
    private static String format(ConsumerRecord<byte[], byte[]> event) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (PrintStream printed = new PrintStream(out, false, StandardCharsets.UTF_8)) {
            FORMATTERS.forEach(formatter -> formatter.writeTo(event, printed));
        }
        String text = out.toString(StandardCharsets.UTF_8);
        if (text.lines().count() != 1) {
            throw new AssertionError("event at " + event.offset() + " is read as: " + text);
        }
        return text;
    }

    /** Events of the consumer protocol, which Apache Kafka has no formatter of its own for. */
    private static final class ConsumerGroupFormatter extends CoordinatorRecordMessageFormatter {
        private static final short FIRST = 3;
        private static final short LAST = 8;
        private static final short PATTERN = 16;

        ConsumerGroupFormatter() {
            super(new GroupCoordinatorRecordSerde());
        }

        @Override
        protected boolean isRecordTypeAllowed(short type) {
            return (type >= FIRST && type <= LAST) || type == PATTERN;
        }

        @Override
        protected JsonNode keyAsJson(ApiMessage key) {
            return CoordinatorRecordJsonConverters.writeRecordKeyAsJson(key);
        }

        @Override
        protected JsonNode valueAsJson(ApiMessage value, short version) {
            return CoordinatorRecordJsonConverters.writeRecordValueAsJson(value, version);
        }
    }
}
