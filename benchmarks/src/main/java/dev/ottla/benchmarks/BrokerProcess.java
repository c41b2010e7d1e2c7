package dev.ottla.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A broker in its own process, with what the operating system says of it. Linux only: it reads /proc. */
final class BrokerProcess implements AutoCloseable {
    private static final long TICKS_PER_SECOND = 100;
    private static final long STOP_LIMIT_SECONDS = 300;

    private final Process process;
    private final int port;
    private final long startedNanos;

    private BrokerProcess(Process process, int port, long startedNanos) {
        this.process = process;
        this.port = port;
        this.startedNanos = startedNanos;
    }

    static BrokerProcess start(Contender contender, Path home, Path data, int port) {
        return start(contender, home, data, port, List.of());
    }

    /** @param settings those that the contender was prepared with */
    static BrokerProcess start(Contender contender, Path home, Path data, int port, List<String> settings) {
        try {
            Path output = Files.createDirectories(data.resolveSibling("output")).resolve(contender.name() + ".log");
            long now = System.nanoTime();
            Process process = new ProcessBuilder(contender.command(home, data, port, settings))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
                    .start();
            return new BrokerProcess(process, port, now);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void runToEnd(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            if (process.waitFor() != 0) {
                throw new IOException("Exit code " + process.exitValue() + " from " + command);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted", e);
        }
    }

    /** A port with a free one behind it, for Kafka's controller. */
    static int freePort() {
        IllegalStateException taken = new IllegalStateException("No two free ports side by side");
        for (int attempt = 0; attempt < 100; attempt++) {
            try (ServerSocket first = new ServerSocket()) {
                first.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                int port = first.getLocalPort();
                try (ServerSocket second = new ServerSocket()) {
                    second.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port + 1));
                    return port;
                }
            } catch (IOException e) {
                taken.addSuppressed(e);
            }
        }
        throw taken;
    }

    String bootstrap() {
        return "127.0.0.1:" + port;
    }

    int port() {
        return port;
    }

    long startedNanos() {
        return startedNanos;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** CPU seconds, user and system, of the process so far. */
    double cpuSeconds() {
        String stat = read("stat");
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / (double) TICKS_PER_SECOND;
    }

    /** Bytes that the process caused to be written to disk so far: pages it dirtied and what it wrote past the page cache. */
    long writtenBytes() {
        return read("io")
                .lines()
                .filter(line -> line.startsWith("write_bytes:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElse(0);
    }

    /** Resident memory now, MiB. */
    double residentMib() {
        return statusMib("VmRSS:");
    }

    /** The largest resident memory so far, MiB. */
    double peakResidentMib() {
        return statusMib("VmHWM:");
    }

    /** Bytes of the heap's live objects, after a full collection. */
    long liveHeapBytes() throws IOException {
        Process jcmd = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(process.pid()),
                        "GC.class_histogram")
                .redirectErrorStream(true)
                .start();
        String said = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return said.lines()
                .filter(line -> line.startsWith("Total"))
                .mapToLong(line -> Long.parseLong(line.strip().split("\\s+", -1)[2]))
                .findFirst()
                .orElseThrow(() -> new IOException("jcmd said: " + said));
    }

    /** Open file descriptors now. */
    long openFiles() {
        try (var descriptors = Files.list(Path.of("/proc", Long.toString(process.pid()), "fd"))) {
            return descriptors.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Threads of the operating system now. */
    long threads() {
        return statusNumber("Threads:");
    }

    /** Memory maps now, of files and of memory. */
    long maps() {
        return read("maps").lines().count();
    }

    /** SIGKILL; returns when it is gone. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    private double statusMib(String key) {
        return statusNumber(key) / 1024.0;
    }

    private long statusNumber(String key) {
        return read("status")
                .lines()
                .filter(line -> line.startsWith(key))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElse(0);
    }

    private String read(String file) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        stop();
    }

    /** SIGTERM; returns when it is gone, and kills it when that takes too long. */
    void stop() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
