package dev.ottla.log.checkpoint;

import dev.ottla.base.TopicId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Kafka's partition.metadata: the id of the topic that a folder belongs to. */
public final class PartitionMetadata {
    public static final String FILE = "partition.metadata";

    private PartitionMetadata() {}

    public static byte[] encode(TopicId topicId) {
        return ("version: 0\ntopic_id: " + topicId + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** @throws IOException when malformed or of another version */
    public static TopicId decode(byte[] content) throws IOException {
        String text = new String(content, StandardCharsets.UTF_8);
        String version = value(text, "version");
        if (!version.equals("0")) {
            throw new IOException("Unknown version of " + FILE + ": " + version);
        }
        try {
            return TopicId.parse(value(text, "topic_id"));
        } catch (IllegalArgumentException malformed) {
            throw new IOException("Malformed " + FILE, malformed);
        }
    }

    private static String value(String text, String name) throws IOException {
        return text.lines()
                .filter(line -> line.startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).trim())
                .findFirst()
                .orElseThrow(() -> new IOException("No " + name + " in " + FILE));
    }
}
