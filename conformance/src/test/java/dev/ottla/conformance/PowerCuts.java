package dev.ottla.conformance;

import dev.ottla.base.RandomSource;
import dev.ottla.conformance.CutProblem.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One disk with a broker on it whose power is cut again and again; everything about it follows from a seed but the machine's own timing. */
final class PowerCuts implements AutoCloseable {
    private static final int DISK_MIB = 2048;
    private static final int MOST_LOADS = 3;
    private static final String NOT_FORCED = "not-forced-";
    private static final String LOG = "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn";
    private static final int LINES_OF_ERRORS = 25;
    /** The names of the loads to choose from; all when empty. */
    private static final String LOADS = System.getProperty("ottla.powercut.loads", "");
    /** A folder for the disk as the last cut left it, to be looked at when something is wrong. */
    private static final String KEEP = System.getProperty("ottla.powercut.keep", "");

    private final RandomSource random;
    private final LoopDisk disk = LoopDisk.create(DISK_MIB);
    private final Path data = disk.root().resolve("broker");
    private final Path errors = disk.outside().resolve("broker.err");
    private final CutHistory history = new CutHistory();
    private final List<CutLoad> loads;
    private final Map<String, String> settings;
    private List<CutLoad> running = List.of();
    private long bytesLost;
    private int cuts;
    private int cutsTooLate;
    private long acked;

    /** @param more broker settings on top */
    PowerCuts(long seed, Map<String, String> more) {
        random = RandomSource.seeded(seed);
        loads = Stream.concat(
                        Stream.of(CutStream.Shape.values())
                                .map(shape -> new CutStream(shape, history, RandomSource.seeded(random.nextLong()))),
                        Stream.of(new CutTopicLives(history, RandomSource.seeded(random.nextLong()))))
                .filter(load -> LOADS.isEmpty() || List.of(LOADS.split(",", -1)).contains(load.toString()))
                .collect(Collectors.toCollection(ArrayList::new));
        settings = new HashMap<>(Map.of(
                "log.retention.check.interval.ms", "150",
                "log.cleaner.backoff.ms", "30",
                "log.flush.offset.checkpoint.interval.ms", oneOf("100", "1000", "60000"),
                "replica.high.watermark.checkpoint.interval.ms", oneOf("100", "5000"),
                "log.segment.delete.delay.ms", oneOf("0", "500", "60000")));
        if (!SharedBroker.isKafka()) {
            // The same each time, so that producers find it again.
            settings.put("listeners", "PLAINTEXT://127.0.0.1:" + freePort());
        }
        settings.putAll(more);
    }

    /** Starts the broker on what the last cut left, asks whether all is there, and if so loads it and cuts again; what was wrong. */
    List<CutProblem> round(int round) throws Exception {
        if (round > 0 && below(5) == 0) {
            cutWhileItStarts();
        }
        try (BrokerProcess broker = BrokerProcess.start(data, errors, settings, LOG)) {
            List<CutProblem> problems = check(broker);
            if (problems.isEmpty()) {
                load(broker, round);
                int afterMs = 30 + below(1200);
                new CountDownLatch(1).await(afterMs, TimeUnit.MILLISECONDS);
                cut(broker);
                System.out.println("  round " + round + ": " + running + " for " + afterMs + " ms; so far " + this);
            }
            return problems;
        } catch (AssertionError notServed) {
            return List.of(new CutProblem(Kind.NOT_SERVED, 0, String.valueOf(notServed.getMessage())));
        }
    }

    /** After the last cut, and after a clean stop with a cut right behind it. */
    List<CutProblem> lastLook() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start(data, errors, settings, LOG)) {
            List<CutProblem> problems = check(broker);
            if (!problems.isEmpty()) {
                return problems;
            }
            broker.stop();
        } catch (AssertionError notServed) {
            return List.of(new CutProblem(Kind.NOT_SERVED, 0, String.valueOf(notServed.getMessage())));
        }
        disk.cutPower();
        disk.remount();
        try (BrokerProcess broker = BrokerProcess.start(data, errors, settings, LOG)) {
            return check(broker);
        } catch (AssertionError notServed) {
            return List.of(new CutProblem(Kind.NOT_SERVED, 0, String.valueOf(notServed.getMessage())));
        }
    }

    /** Bytes that segments had before cuts and not after them. */
    long bytesLost() {
        return bytesLost;
    }

    /** Cuts before which the kernel had written everything by itself, as it may: they prove nothing. */
    int cutsTooLate() {
        return cutsTooLate;
    }

    long acked() {
        return acked;
    }

    long compactedAway() {
        return history.compactedAway();
    }

    private List<CutProblem> check(Target broker) throws Exception {
        running.forEach(CutLoad::afterRestart);
        running = List.of();
        return history.check(broker);
    }

    private void load(Target broker, int round) throws Exception {
        Collections.shuffle(loads, new java.util.Random(random.nextLong()));
        running = List.copyOf(loads.subList(0, Math.min(loads.size(), 1 + below(MOST_LOADS))));
        for (CutLoad load : running) {
            load.start(broker, round);
        }
    }

    private void cut(BrokerProcess broker) throws Exception {
        running.forEach(CutLoad::expectCut);
        if (below(8) == 0) {
            broker.stop();
        } else {
            broker.freeze();
        }
        // Another name each time: one that a cut came too late for stays, and would come back after every later cut.
        Path notForced = disk.root().resolve(NOT_FORCED + cuts++);
        Files.writeString(notForced, "x".repeat(10_000));
        Map<Path, Long> before = segmentSizes();
        disk.cutPower();
        broker.kill();
        remount();
        Map<Path, Long> after = segmentSizes();
        before.forEach((file, size) -> bytesLost += Math.max(0, size - after.getOrDefault(file, 0L)));
        if (Files.exists(notForced) && Files.size(notForced) > 0) {
            cutsTooLate++;
        }
        for (CutLoad load : running) {
            load.afterCut();
        }
        acked += history.ackedRecords();
    }

    /** A recovery that is cut as well must not make matters worse. */
    private void cutWhileItStarts() throws Exception {
        Process process = BrokerProcess.launch(data, errors, settings, LOG);
        new CountDownLatch(1).await(300 + below(1200), TimeUnit.MILLISECONDS);
        Command.run("kill", "-STOP", String.valueOf(process.pid()));
        disk.cutPower();
        process.destroyForcibly().waitFor();
        remount();
        System.out.println("  cut while it started");
    }

    private void remount() {
        if (KEEP.isEmpty()) {
            disk.remount();
        } else {
            disk.remountKeeping(Path.of(KEEP).resolve("last-cut.ext4"));
        }
    }

    /** The end of what the broker wrote to standard error. */
    String errors() throws IOException {
        List<String> lines = Files.readAllLines(errors);
        return String.join("\n    ", lines.subList(Math.max(0, lines.size() - LINES_OF_ERRORS), lines.size()));
    }

    private Map<Path, Long> segmentSizes() throws IOException {
        Map<Path, Long> sizes = new HashMap<>();
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".log")).toList()) {
                sizes.put(file, Files.size(file));
            }
        }
        return sizes;
    }

    /** From {@code a=b,c=d}. */
    static Map<String, String> settings(String text) {
        return Arrays.stream(text.split(",", -1))
                .filter(setting -> !setting.isEmpty())
                .map(setting -> setting.split("=", 2))
                .collect(Collectors.toMap(setting -> setting[0], setting -> setting[1]));
    }

    private String oneOf(String... choices) {
        return choices[below(choices.length)];
    }

    private int below(int bound) {
        return Math.floorMod(random.nextLong(), bound);
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        loads.forEach(CutLoad::close);
        disk.close();
    }

    @Override
    public String toString() {
        return acked + " records acknowledged, " + bytesLost + " bytes of segments lost with the power, "
                + compactedAway() + " records compacted away";
    }
}
