package dev.ottla.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's one-minute tour, run line by line as it stands there, but for the port. */
class ReadmeTourIT {
    private static final Path CHECKOUT = Path.of("").toAbsolutePath().getParent();
    private static final String MARK = "<!-- tour:";
    private static final long LIMIT_SECONDS = 240;

    @TempDir
    Path folder;

    private Process broker;
    private int port;

    @BeforeEach
    void startAsTheReadmeSays() throws IOException {
        try (ServerSocket free = new ServerSocket()) {
            free.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            port = free.getLocalPort();
        }
        broker = new ProcessBuilder(
                        "./ottla",
                        "start",
                        "--port",
                        Integer.toString(port),
                        "--data",
                        folder.resolve("data").toString(),
                        "--set",
                        "ottla.metrics.port=off")
                .directory(CHECKOUT.toFile())
                .redirectError(folder.resolve("broker.log").toFile())
                .start();
        String line =
                new BufferedReader(new InputStreamReader(broker.getInputStream(), StandardCharsets.UTF_8)).readLine();
        assertThat(line).as("the line that says where it serves").contains(Integer.toString(port));
    }

    @AfterEach
    void stop() throws InterruptedException {
        broker.destroy();
        assertThat(broker.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(broker.exitValue()).as("exit code after SIGTERM").isZero();
    }

    @Test
    void everyLineOfTheTourWorks() throws Exception {
        // Given the tour and what people already have
        List<String> blocks = blocksAfterTheMark();
        assertThat(blocks).hasSize(2);

        // When its lines are run in a shell that stops at the first failure
        String ottla = run(blocks.getFirst());
        String kcat = run(blocks.get(1));

        // Then each shows what the reader is told to expect
        assertThat(ottla)
                .contains("alice", "coffee", "bob", "tea", "cake")
                .contains("orders")
                .contains("3600000");
        assertThat(kcat)
                .contains("topic \"orders\" with 3 partitions")
                .contains("alice -> coffee", "bob -> tea", "alice -> cake");
    }

    private static List<String> blocksAfterTheMark() throws IOException {
        String readme = Files.readString(CHECKOUT.resolve("README.md"));
        String tour = readme.substring(readme.indexOf(MARK), readme.indexOf("\n## ", readme.indexOf(MARK)));
        List<String> blocks = new ArrayList<>();
        int at = tour.indexOf("```sh\n");
        while (at >= 0) {
            int end = tour.indexOf("\n```", at);
            blocks.add(tour.substring(at + "```sh\n".length(), end));
            at = tour.indexOf("```sh\n", end);
        }
        return blocks;
    }

    private String run(String block) throws Exception {
        Path output = folder.resolve("output");
        ProcessBuilder shell = new ProcessBuilder(
                        "bash", "-euo", "pipefail", "-c", block.replace("localhost:9092", "127.0.0.1:" + port))
                .directory(CHECKOUT.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        shell.environment().put("OTTLA_BOOTSTRAP", "127.0.0.1:" + port);
        Process process = shell.start();
        assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        String text = Files.readString(output);
        assertThat(process.exitValue()).as(text).isZero();
        return text;
    }
}
