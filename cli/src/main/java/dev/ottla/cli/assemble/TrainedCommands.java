package dev.ottla.cli.assemble;

import dev.ottla.cli.Main;
import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What the launcher runs once after a build against the broker of {@link TrainedStarts}, so that both JVMs can keep what they learn in an AOT cache: every
 * common command, and enough records that the broker's own paths count as used. It leaves a topic with records for the starts that follow.
 */
final class TrainedCommands {
    private static final String RECORDS = "{\"key\":\"a\",\"value\":\"1\"}\n{\"value\":{\"b\":2}}\n";
    private static final int LOAD_RECORDS = 20_000;

    private TrainedCommands() {}

    /** @param args the broker's address */
    public static void main(String[] args) {
        commands(args[0]);
        load(args[0]);
        run("", args[0], "topic", "delete", "training");
        run("", args[0], "topic", "create", "kept", "--partitions", "3");
        run(RECORDS.repeat(100), args[0], "produce", "kept", "--format", "json");
        System.exit(0);
    }

    private static void commands(String broker) {
        run("", broker, "topic", "create", "training", "--partitions", "2", "--config", "retention.ms=1000000");
        run("a:1\nb:2\n", broker, "produce", "training", "--key-separator", ":");
        run(RECORDS, broker, "produce", "training", "--format", "json", "--compression", "lz4");
        run("", broker, "consume", "training", "--stop-at-end");
        run("", broker, "consume", "training", "--from-time", "1h", "--stop-at-end", "--json");
        run("", broker, "consume", "training", "--group", "training", "--from-beginning", "--count", "3");
        run("", broker, "group", "describe", "training");
        run("", broker, "topic", "list");
        run("", broker, "topic", "describe", "training");
        run("", broker, "topic", "describe", "missing");
        run("", broker, "topic", "alter", "training", "--partitions", "3");
        run("", broker, "config", "get", "topic", "training", "--json");
        run("", broker, "config", "set", "topic", "training", "retention.ms=2000000");
        run("", broker, "cluster", "info");
    }

    private static void load(String broker) {
        String records = ("x".repeat(100) + "\n").repeat(LOAD_RECORDS);
        // Without zstd, whose library takes 1.5 MiB of classes of foreign functions with it: a broker that idles would
        // hold them.
        for (String compression : List.of("none", "lz4")) {
            run(records, broker, "produce", "training", "--compression", compression);
        }
        run("", broker, "consume", "training", "--from-beginning", "--stop-at-end");
    }

    private static void run(String input, String broker, String... command) {
        var words = new ArrayList<>(List.of(command));
        words.addAll(List.of("--bootstrap", broker));
        var nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        Main.run(words, new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)), nowhere, nowhere);
    }
}
