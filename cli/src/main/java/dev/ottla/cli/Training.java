package dev.ottla.cli;

import dev.ottla.base.Clock;
import dev.ottla.cli.kit.Interrupts;
import dev.ottla.cli.kit.Io;
import dev.ottla.cli.kit.Terminal;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;

/**
 * What the launcher runs once after a build, so that the JVM can keep what it learns in an AOT cache: a broker starts,
 * every common command talks to it, the broker stops.
 */
final class Training {
    private static final Pattern ADDRESS = Pattern.compile("serving at (\\S+),");
    private static final String RECORDS = "{\"key\":\"a\",\"value\":\"1\"}\n{\"value\":{\"b\":2}}\n";

    private final CompletableFuture<Runnable> stop = new CompletableFuture<>();

    private Training() {}

    /** @param args the folder for the broker's data, which is the caller's to delete */
    public static void main(String[] args) throws Exception {
        new Training().run(Path.of(args[0]));
        System.exit(0);
    }

    private void run(Path data) throws IOException {
        var line = new PipedInputStream();
        var out = new PipedOutputStream(line);
        Thread.ofPlatform().daemon().name("ottla-training").start(() -> serve(data, out));
        String announcement = new BufferedReader(new InputStreamReader(line, StandardCharsets.UTF_8)).readLine();
        var address = ADDRESS.matcher(String.valueOf(announcement));
        if (!address.find()) {
            throw new IOException("The broker did not start: " + announcement);
        }
        commands(address.group(1));
        stop.join().run();
    }

    private void serve(Path data, OutputStream out) {
        var printed = new PrintStream(out, true, StandardCharsets.UTF_8);
        var interrupts = new Interrupts() {
            @Override
            public Registration onInterrupt(Runnable tidyUp) {
                return () -> {};
            }

            @Override
            public Registration onStop(Runnable stopServing) {
                stop.complete(stopServing);
                return () -> {};
            }
        };
        var io = new Io(
                InputStream.nullInputStream(),
                printed,
                out,
                System.err,
                Terminal.NONE,
                Map.of(),
                Clock.system(),
                interrupts);
        Main.run(List.of("start", "--port", "0", "--data", data.toString(), "--set", "ottla.metrics.port=0"), io);
        printed.close();
    }

    private static void commands(String broker) {
        run("", broker, "topic", "create", "training", "--partitions", "2", "--config", "retention.ms=1000000");
        run("a:1\nb:2\n", broker, "produce", "training", "--key-separator", ":");
        run(RECORDS, broker, "produce", "training", "--format", "json", "--compression", "lz4");
        run("", broker, "consume", "training", "--stop-at-end");
        run("", broker, "consume", "training", "--from-time", "1h", "--stop-at-end", "--json");
        run("", broker, "topic", "list");
        run("", broker, "topic", "describe", "training");
        run("", broker, "topic", "describe", "missing");
        run("", broker, "topic", "alter", "training", "--partitions", "3");
        run("", broker, "config", "get", "topic", "training", "--json");
        run("", broker, "config", "set", "topic", "training", "retention.ms=2000000");
        run("", broker, "cluster", "info");
        run("", broker, "topic", "delete", "training");
    }

    private static void run(String input, String broker, String... command) {
        var words = new ArrayList<>(List.of(command));
        words.addAll(List.of("--bootstrap", broker));
        var nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        Main.run(words, new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)), nowhere, nowhere);
    }
}
