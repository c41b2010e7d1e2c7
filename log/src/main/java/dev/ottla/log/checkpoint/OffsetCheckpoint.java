package dev.ottla.log.checkpoint;

import dev.ottla.base.Files;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * One offset for each partition of a data folder, as Kafka writes it: a line with version 0, a line with the count, then {@code topic partition
 * offset}. Keys are folder names, {@code topic-partition}.
 */
public final class OffsetCheckpoint {
    public static final String RECOVERY_POINTS = "recovery-point-offset-checkpoint";
    public static final String LOG_STARTS = "log-start-offset-checkpoint";
    public static final String HIGH_WATERMARKS = "replication-offset-checkpoint";

    /** Up to where each log has been compacted. */
    public static final String CLEANED = "cleaner-offset-checkpoint";

    private OffsetCheckpoint() {}

    /**
     * The offsets in a file; empty when it is not there.
     *
     * @throws IOException also when it is malformed: its offsets must be rebuilt then
     */
    public static Map<String, Long> read(Files files, Path file) throws IOException {
        if (!files.exists(file)) {
            return Map.of();
        }
        return decode(new String(files.readAll(file), StandardCharsets.UTF_8));
    }

    /** Replaces the file; a crash leaves the old or the new one. */
    public static void write(Files files, Path file, Map<String, Long> offsets) throws IOException {
        files.replace(file, encode(offsets).getBytes(StandardCharsets.UTF_8));
    }

    static String encode(Map<String, Long> offsets) {
        StringBuilder text = new StringBuilder(16 + offsets.size() * 32);
        text.append("0\n").append(offsets.size()).append('\n');
        new TreeMap<>(offsets).forEach((folder, offset) -> {
            int dash = folder.lastIndexOf('-');
            text.append(folder, 0, dash).append(' ').append(folder, dash + 1, folder.length());
            text.append(' ').append(offset).append('\n');
        });
        return text.toString();
    }

    /** @throws IOException when it is malformed */
    public static Map<String, Long> decode(String text) throws IOException {
        TextLines lines = TextLines.of(text, "offset checkpoint");
        Map<String, Long> offsets = new HashMap<>();
        for (String line : lines.entries()) {
            String[] parts = TextLines.words(line, 3, "offset checkpoint");
            offsets.put(parts[0] + "-" + TextLines.number(parts[1], line), TextLines.number(parts[2], line));
        }
        return offsets;
    }
}
