package dev.ottla.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command as people start it: a process, its output, its signals. */
class LauncherIT {
    /** The first run after a build makes the AOT cache. */
    private static final int PATIENCE_S = 180;
    /** Classes; a start without a cache loads hundreds from jars. */
    private static final int A_FEW = 10;

    private static final Pattern LINE = Pattern.compile("Ottla is serving at (127\\.0\\.0\\.1:\\d+), data in (/.+)");
    private static final Path LAUNCHER = Path.of("..", "ottla").toAbsolutePath().normalize();

    @TempDir
    Path folder;

    private final List<Process> started = new ArrayList<>();
    /** What a user may give the JVM. */
    private String options = "";

    @AfterEach
    void killWhatIsLeft() throws InterruptedException {
        for (Process process : started) {
            process.destroyForcibly().waitFor();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void aSignalStopsItCleanly(String signal) throws Exception {
        // Given a broker in the foreground that has said where it is
        Path data = folder.resolve("data");
        var broker = launch(LAUNCHER, "start", "--port", "0", "--data", data.toString());
        String address = address(broker, data);

        // When a record is written and read by the command, and the signal comes
        assertThat(ended(launch(LAUNCHER, "topic", "create", "seen", "-b", address)))
                .isZero();
        var info = launch(LAUNCHER, "topic", "list", "--json", "-b", address);
        assertThat(ended(info)).isZero();
        assertThat(new String(info.getInputStream().readAllBytes(), UTF_8)).contains("\"seen\"");
        signal(broker, signal);

        // Then it ends with 0, having written one line, and no more, on standard output
        assertThat(ended(broker)).isZero();
        assertThat(broker.inputReader().readLine()).isNull();
    }

    @Test
    void whatWasThereIsThereAgain() throws Exception {
        Path data = folder.resolve("data");
        var first = launch(LAUNCHER, "start", "--port", "0", "--data", data.toString());
        String before = clusterId(address(first, data));
        signal(first, "TERM");
        assertThat(ended(first)).isZero();

        var second = launch(LAUNCHER, "start", "--port", "0", "--data", data.toString());

        assertThat(clusterId(address(second, data))).isEqualTo(before);
    }

    @Test
    void aStartTakesItsClassesFromTheCacheAndMakesNextToNone() throws Exception {
        // Given a JVM that tells where it has each class from
        Path told = folder.resolve("classes");
        Path data = folder.resolve("data");
        options = "-Xlog:class+load:file=" + told;

        // When a broker has started
        address(launch(LAUNCHER, "start", "--port", "0", "--data", data.toString()), data);

        // Then all but a few of the JDK's own came from the cache
        assertThat(madeBy(told)).hasSizeLessThan(A_FEW).noneMatch(line -> line.contains("ottla"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "KILL"})
    void soDoesAStartOnWhatIsThere(String signal) throws Exception {
        // Given a folder with records, whose broker was stopped, or killed
        Path told = folder.resolve("classes");
        Path data = folder.resolve("data");
        var first = launch(LAUNCHER, "start", "--port", "0", "--data", data.toString());
        String address = address(first, data);
        assertThat(ended(launch(LAUNCHER, "topic", "create", "seen", "--partitions", "3", "-b", address)))
                .isZero();
        var produce = launch(LAUNCHER, "produce", "seen", "-b", address);
        try (var records = produce.outputWriter()) {
            records.write("a\nb\nc\n");
        }
        assertThat(ended(produce)).isZero();
        signal(first, signal);
        assertThat(first.waitFor(PATIENCE_S, TimeUnit.SECONDS)).isTrue();

        // When a broker that tells where it has each class from has started there
        options = "-Xlog:class+load:file=" + told;
        address(launch(LAUNCHER, "start", "--port", "0", "--data", data.toString()), data);

        // Then all but a few of the JDK's own came from the cache
        assertThat(madeBy(told)).hasSizeLessThan(A_FEW).noneMatch(line -> line.contains("ottla"));
    }

    private static List<String> madeBy(Path told) throws IOException {
        return Files.readAllLines(told).stream()
                .filter(line -> !line.contains("shared objects file") && !line.contains("jdk.internal.event."))
                .toList();
    }

    @Test
    void theHeapMayTakeAnEighthOfTheMachine() throws Exception {
        // Given a machine with its memory
        long machineMib = Files.readAllLines(Path.of("/proc/meminfo")).stream()
                .filter(line -> line.startsWith("MemTotal:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024)
                .findFirst()
                .orElseThrow();

        // When a broker starts
        Path data = folder.resolve("data");
        var broker = launch(LAUNCHER, "start", "--port", "0", "--data", data.toString());
        address(broker, data);

        // Then its heap may grow to an eighth of that, or of what a container may have of it, within bounds
        String command = Files.readString(Path.of("/proc", Long.toString(broker.pid()), "cmdline"));
        var heap = Pattern.compile("-Xmx(\\d+)m").matcher(command);
        assertThat(heap.find()).isTrue();
        assertThat(Long.parseLong(heap.group(1))).isBetween(160L, Math.clamp(machineMib / 8, 160L, 4096L));
        signal(broker, "TERM");
        assertThat(ended(broker)).isZero();
    }

    @Test
    void aFolderThatIsHeldIsRefused() throws Exception {
        // Given a broker that holds a folder
        Path data = folder.resolve("data");
        address(launch(LAUNCHER, "start", "--port", "0", "--data", data.toString()), data);

        // When another is started on it
        var second = launch(LAUNCHER, "start", "--port", "0", "--data", data.toString());

        // Then it says why it does not start
        assertThat(ended(second)).isEqualTo(6);
        assertThat(error(second)).contains(data.toString(), "--data").doesNotContain("\tat ");
        assertThat(second.inputReader().readLine()).isNull();
    }

    @Test
    void aPortThatIsTakenIsSaid() throws Exception {
        Path data = folder.resolve("data");
        String address = address(launch(LAUNCHER, "start", "--port", "0", "--data", data.toString()), data);
        String port = address.substring(address.indexOf(':') + 1);

        var second = launch(
                LAUNCHER,
                "start",
                "--port",
                port,
                "--data",
                folder.resolve("other").toString());

        assertThat(ended(second)).isEqualTo(1);
        assertThat(error(second)).contains("--port").doesNotContain("\tat ");
    }

    @Test
    void badSettingsAreToldTogether() throws Exception {
        Path file = folder.resolve("server.properties");
        Files.writeString(file, "num.partitons=3\n");

        var broker = launch(
                LAUNCHER, "start", "--port", "0", "--config", file.toString(), "--set", "log.retention.hours=soon");

        assertThat(ended(broker)).isEqualTo(2);
        assertThat(error(broker))
                .contains("num.partitons", "num.partitions", "log.retention.hours")
                .doesNotContain("\tat ");
    }

    @Test
    void settingsComeFromTheFileAndTheCommandLine() throws Exception {
        // Given a file with two settings, one of them given on the command line too
        Path data = folder.resolve("data");
        Path file = folder.resolve("server.properties");
        Files.writeString(file, "num.partitions=3\nlog.retention.hours=1\n");
        var broker = launch(
                LAUNCHER,
                "start",
                "--port",
                "0",
                "--data",
                data.toString(),
                "--config",
                file.toString(),
                "--set",
                "num.partitions=5");
        String address = address(broker, data);

        // Then the command line wins
        assertThat(ended(launch(LAUNCHER, "topic", "create", "sized", "-b", address)))
                .isZero();
        var described = launch(LAUNCHER, "config", "get", "topic", "sized", "retention.ms", "-b", address);
        assertThat(ended(described)).isZero();
        assertThat(new String(described.getInputStream().readAllBytes(), UTF_8)).contains("retention.ms", "3600000");
        var listed = launch(LAUNCHER, "topic", "list", "-b", address);
        assertThat(ended(listed)).isZero();
        assertThat(new String(listed.getInputStream().readAllBytes(), UTF_8)).containsPattern("sized +5 ");
    }

    @Test
    void itWorksThroughASymbolicLinkFromAnyFolder() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("ottla-link"), LAUNCHER);

        var help = launch(link, "--help");

        assertThat(ended(help)).isZero();
        assertThat(new String(help.getInputStream().readAllBytes(), UTF_8)).startsWith("Usage: ottla");
    }

    private Process launch(Path launcher, String... arguments) throws IOException {
        // A shell gives its background jobs, and this test may be one, a SIGINT that is ignored for good.
        var command = new ArrayList<>(List.of("env", "--default-signal=INT"));
        command.add(launcher.toString());
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectError(folder.resolve("stderr-" + started.size()).toFile());
        if (arguments[0].equals("start")) {
            builder.command().addAll(List.of("--set", "ottla.metrics.port=off"));
        }
        builder.environment().put("OTTLA_OPTS", options);
        var process = builder.start();
        started.add(process);
        return process;
    }

    private String error(Process process) throws IOException {
        return Files.readString(folder.resolve("stderr-" + started.indexOf(process)));
    }

    private int ended(Process process) throws Exception {
        assertThat(process.waitFor(PATIENCE_S, TimeUnit.SECONDS))
                .as("ended in time")
                .isTrue();
        return process.exitValue();
    }

    private String address(Process broker, Path data) throws IOException {
        BufferedReader out = broker.inputReader();
        String line = out.readLine();
        assertThat(line).as(error(broker)).isNotNull().matches(LINE);
        var parts = LINE.matcher(line);
        assertThat(parts.find()).isTrue();
        assertThat(parts.group(2)).isEqualTo(data.toString());
        return parts.group(1);
    }

    private static void signal(Process process, String name) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    private static String clusterId(String address) {
        return Run.of("cluster", "info", "--json", "-b", address)
                .json()
                .get("clusterId")
                .asText();
    }
}
