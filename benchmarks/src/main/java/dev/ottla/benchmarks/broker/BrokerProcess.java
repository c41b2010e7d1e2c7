package dev.ottla.benchmarks.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A broker in its own process, with what the operating system says of it. Linux only: it reads /proc. */
public final class BrokerProcess implements AutoCloseable {
    private static final long STOP_LIMIT_SECONDS = 300;
    private static final Pattern ALLOCATED = Pattern.compile("allocated=([0-9]+)([BKMG])");

    /** Those that nobody has stopped yet: none survives this process, however it ends. */
    private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().unstarted(() -> RUNNING.forEach(Process::destroyForcibly)));
    }

    private final Process process;
    private final int port;
    private final long startedNanos;

    private BrokerProcess(Process process, int port, long startedNanos) {
        this.process = process;
        this.port = port;
        this.startedNanos = startedNanos;
    }

    public static BrokerProcess start(Contender contender, Path home, Path data, int port) {
        return start(contender, home, data, port, List.of());
    }

    /** @param settings those that the contender was prepared with */
    public static BrokerProcess start(Contender contender, Path home, Path data, int port, List<String> settings) {
        try {
            Path output = Files.createDirectories(data.resolveSibling("output")).resolve(contender.name() + ".log");
            long now = System.nanoTime();
            ProcessBuilder builder = new ProcessBuilder(contender.command(home, data, port, settings))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
            builder.environment().putAll(contender.environment());
            Process process = builder.start();
            RUNNING.add(process);
            var _ = process.onExit().thenAccept(RUNNING::remove);
            return new BrokerProcess(process, port, now);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static void runToEnd(List<String> command) throws IOException {
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
    public static int freePort() {
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

    public String bootstrap() {
        return "127.0.0.1:" + port;
    }

    public int port() {
        return port;
    }

    public long startedNanos() {
        return startedNanos;
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** What the process has used so far. */
    public Usage usage() {
        return Usage.parse(read("stat"), read("status"), read("io"), taskStatuses());
    }

    private List<String> taskStatuses() {
        List<String> statuses = new ArrayList<>();
        try (var tasks = Files.newDirectoryStream(Path.of("/proc", Long.toString(process.pid()), "task"))) {
            for (Path task : tasks) {
                statusOf(task).ifPresent(statuses::add);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return statuses;
    }

    private static Optional<String> statusOf(Path task) {
        try {
            return Optional.of(Files.readString(task.resolve("status")));
        } catch (IOException ended) {
            return Optional.empty();
        }
    }

    /** CPU seconds, user and system, of the process so far. */
    public double cpuSeconds() {
        return usage().cpuSeconds();
    }

    /** Bytes that the process caused to be written to disk so far: pages it dirtied and what it wrote past the page cache. */
    public long writtenBytes() {
        return Usage.number(read("io"), "write_bytes:");
    }

    /** Resident memory now, MiB. */
    public double residentMib() {
        return statusMib("VmRSS:");
    }

    /** The largest resident memory so far, MiB. */
    public double peakResidentMib() {
        return statusMib("VmHWM:");
    }

    /** Bytes of the heap's live objects, after a full collection. */
    public long liveHeapBytes() throws IOException {
        String said = jcmd("GC.class_histogram");
        return said.lines()
                .filter(line -> line.startsWith("Total"))
                .mapToLong(line -> Long.parseLong(line.strip().split("\\s+", -1)[2]))
                .findFirst()
                .orElseThrow(() -> new IOException("jcmd said: " + said));
    }

    /** Bytes that the threads which live now have allocated on the heap so far. Stops them for a moment. */
    public long allocatedBytes() throws IOException {
        Matcher matcher = ALLOCATED.matcher(jcmd("Thread.print", "-e"));
        long bytes = 0;
        while (matcher.find()) {
            long unit = switch (matcher.group(2)) {
                case "K" -> 1L << 10;
                case "M" -> 1L << 20;
                case "G" -> 1L << 30;
                default -> 1L;
            };
            bytes += Long.parseLong(matcher.group(1)) * unit;
        }
        return bytes;
    }

    private String jcmd(String... command) throws IOException {
        List<String> all = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), Long.toString(process.pid())));
        all.addAll(List.of(command));
        Process jcmd = new ProcessBuilder(all).redirectErrorStream(true).start();
        return new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /** Open file descriptors now. */
    public long openFiles() {
        try (var descriptors = Files.list(Path.of("/proc", Long.toString(process.pid()), "fd"))) {
            return descriptors.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Threads of the operating system now. */
    public long threads() {
        return statusNumber("Threads:");
    }

    /** Memory maps now, of files and of memory. */
    public long maps() {
        return read("maps").lines().count();
    }

    /** SIGKILL; returns when it is gone. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    private double statusMib(String key) {
        return statusNumber(key) / 1024.0;
    }

    private long statusNumber(String key) {
        return Usage.number(read("status"), key);
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
    public void stop() {
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
