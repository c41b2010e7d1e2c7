package dev.ottla.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.record.internal.MemoryRecords;

/** A reply as lines that a person can compare: an object's plain fields on one line, each object of its lists below it. */
final class ReplyText {
    private ReplyText() {}

    /** The message as kafka-clients' own converter writes it. */
    static JsonNode json(ApiMessage message, int version) {
        try {
            Class<?> converter = Class.forName(message.getClass().getName() + "JsonConverter");
            return (JsonNode) converter
                    .getMethod("write", message.getClass(), short.class)
                    .invoke(null, message, (short) version);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException(e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Puts the lines that say what is in the record sets of a Fetch reply into its JSON, where the converter leaves them empty. */
    static void spellRecords(FetchResponseData reply, JsonNode json, Labels labels) {
        for (int t = 0; t < reply.responses().size(); t++) {
            var partitions = reply.responses().get(t).partitions();
            for (int p = 0; p < partitions.size(); p++) {
                ObjectNode node = (ObjectNode)
                        json.path("responses").path(t).path("partitions").path(p);
                MemoryRecords records = (MemoryRecords) partitions.get(p).records();
                ArrayNode lines = JsonNodeFactory.instance.arrayNode();
                if (records != null) {
                    RecordsText.lines(records.buffer(), labels).forEach(lines::add);
                }
                node.set("records", records == null ? NullNode.instance : lines);
            }
        }
    }

    static List<String> lines(JsonNode normalised) {
        List<String> lines = new ArrayList<>();
        object(lines, "", "", normalised);
        return lines;
    }

    /** True when some error code in it is not NONE. */
    static boolean hasError(JsonNode normalised) {
        if (normalised.isObject()) {
            for (var field : normalised.properties()) {
                boolean code = field.getKey().endsWith("rrorCode");
                if (code ? !field.getValue().asText().equals("NONE") : hasError(field.getValue())) {
                    return true;
                }
            }
            return false;
        }
        for (JsonNode child : normalised) {
            if (hasError(child)) {
                return true;
            }
        }
        return false;
    }

    private static void object(List<String> lines, String indent, String name, JsonNode node) {
        StringBuilder plain = new StringBuilder(indent).append(name);
        List<Runnable> below = new ArrayList<>();
        for (var field : node.properties()) {
            JsonNode value = field.getValue();
            if (value.isArray() && !value.isEmpty() && value.get(0).isObject()) {
                below.add(() -> value.forEach(child -> object(lines, indent + "  ", field.getKey() + ":", child)));
            } else if (value.isArray() && field.getKey().equals("records")) {
                below.add(() -> value.forEach(line -> lines.add(indent + "    " + line.asText())));
            } else if (value.isObject()) {
                below.add(() -> object(lines, indent + "  ", field.getKey() + ":", value));
            } else {
                plain.append(' ')
                        .append(field.getKey())
                        .append('=')
                        .append(value.isTextual() ? value.asText() : value.toString());
            }
        }
        lines.add(plain.toString());
        below.forEach(Runnable::run);
    }
}
