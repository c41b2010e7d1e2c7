package dev.ottla.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Programs outside this JVM. */
final class Command {
    private static final int TIMEOUT_SECONDS = 90;

    private Command() {}

    /** What a program said and how it ended. */
    record Output(int exitCode, String out, String err) {
        /** Standard output; fails when the program did. */
        String ok() {
            if (exitCode != 0) {
                throw new AssertionError("exit code " + exitCode + "\n" + out + "\n" + err);
            }
            return out;
        }

        List<String> lines() {
            return ok().lines().toList();
        }
    }

    static Output run(String... command) {
        return runWith("", command);
    }

    /** Runs to its end with text on standard input; a program that takes too long is killed and fails. */
    static Output runWith(String input, String... command) {
        Process process = null;
        try {
            process = new ProcessBuilder(command).start();
            CompletableFuture<String> out = read(process.getInputStream());
            CompletableFuture<String> err = read(process.getErrorStream());
            try (var in = process.getOutputStream()) {
                in.write(input.getBytes(StandardCharsets.UTF_8));
            }
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(
                        "took too long: " + String.join(" ", command) + "\n" + out.join() + err.join());
            }
            return new Output(process.exitValue(), out.join(), err.join());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** A class with a main method, in a JVM of its own with this one's class path. */
    static Output java(String input, String mainClass, String... arguments) {
        return runWith(
                input, javaCommand(List.of("-Xmx256m"), mainClass, arguments).toArray(String[]::new));
    }

    static List<String> javaCommand(List<String> options, String mainClass, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED"));
        command.add("--sun-misc-unsafe-memory-access=allow");
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass));
        command.addAll(Arrays.asList(arguments));
        return command;
    }

    private static CompletableFuture<String> read(InputStream stream) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try (stream) {
                        return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                task -> Thread.ofVirtual().start(task));
    }
}
