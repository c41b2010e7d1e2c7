package dev.ottla.conformance;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Ottla in a process of its own, for what a test in the same JVM cannot do to it: kill it, and look at its memory. */
final class BrokerProcess implements Target {
    private static final int START_SECONDS = 180;
    private static final int STOP_SECONDS = 30;

    private final Process process;
    private final int port;
    private final Path folder;
    private final Path errors;

    private BrokerProcess(Process process, int port, Path folder, Path errors) {
        this.process = process;
        this.port = port;
        this.folder = folder;
        this.errors = errors;
    }

    /** Starts on a data folder, which may hold what an earlier process left, and waits until it serves. */
    static BrokerProcess start(Path folder, String... jvmOptions) {
        return start(folder, folder.resolveSibling(folder.getFileName() + ".err"), Map.of(), jvmOptions);
    }

    /** The same with broker settings on top; {@code errors} is where its standard error is added to. */
    static BrokerProcess start(Path folder, Path errors, Map<String, String> settings, String... jvmOptions) {
        try {
            Process process = launch(folder, errors, settings, jvmOptions);
            CompletableFuture<String> firstLine = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> readOutput(process, firstLine));
            String ready = firstLine
                    .orTimeout(START_SECONDS, TimeUnit.SECONDS)
                    .exceptionally(Throwable::toString)
                    .join();
            if (!ready.startsWith(BrokerMain.READY)) {
                process.destroyForcibly();
                throw new AssertionError("did not start: " + ready + "\n" + Files.readString(errors));
            }
            int port = Integer.parseInt(ready.substring(BrokerMain.READY.length()));
            return new BrokerProcess(process, port, folder, errors);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Only starts the process. */
    static Process launch(Path folder, Path errors, Map<String, String> settings, String... jvmOptions)
            throws IOException {
        List<String> arguments = new ArrayList<>(List.of(folder.toString()));
        settings.forEach((name, value) -> arguments.add(name + "=" + value));
        List<String> command =
                Command.javaCommand(options(jvmOptions), BrokerMain.class.getName(), arguments.toArray(String[]::new));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile()))
                .start();
    }

    private static List<String> options(String... jvmOptions) {
        List<String> options = new ArrayList<>(List.of(jvmOptions));
        options.add("-D" + SharedBroker.SUBJECT + "=" + System.getProperty(SharedBroker.SUBJECT, "ottla"));
        return options;
    }

    private static void readOutput(Process process, CompletableFuture<String> firstLine) {
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line = out.readLine();
            firstLine.complete(line == null ? "ended without a word" : line);
            out.lines().forEach(_ -> {});
        } catch (IOException | UncheckedIOException e) {
            firstLine.complete(e.toString());
        }
    }

    /** SIGKILL; returns when it is gone. */
    void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    /** SIGTERM; the exit code. */
    int stop() {
        process.destroy();
        return awaitEnd();
    }

    private int awaitEnd() {
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("did not stop in " + STOP_SECONDS + " s");
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** SIGSTOP: it stands still until it is killed. */
    void freeze() {
        Command.run("kill", "-STOP", String.valueOf(process.pid())).ok();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Resident memory in MiB, from Linux's own account of the process. */
    long residentMib() {
        try (var lines = Files.lines(Path.of("/proc/" + process.pid() + "/status"))) {
            String line = lines.filter(l -> l.startsWith("VmRSS:")).findFirst().orElseThrow();
            return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What it wrote to standard error. */
    String errors() {
        try {
            return Files.readString(errors);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String name() {
        return "Ottla";
    }

    @Override
    public String host() {
        return "127.0.0.1";
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public Path dataFolder() {
        return folder;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
