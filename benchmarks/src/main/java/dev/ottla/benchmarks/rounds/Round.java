package dev.ottla.benchmarks.rounds;

import dev.ottla.benchmarks.broker.BrokerProcess;
import dev.ottla.benchmarks.broker.Contender;
import dev.ottla.benchmarks.broker.Scratch;
import dev.ottla.benchmarks.broker.Usage;
import dev.ottla.benchmarks.report.Aim;
import dev.ottla.benchmarks.report.WorkResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/** One round of a work with one contender: starts its brokers, takes what is measured, and cleans up. */
public final class Round implements AutoCloseable {
    private final Contender contender;
    private final Path home;
    private final Path scratch;
    private final WorkResult result;
    private final List<Node> nodes = new ArrayList<>();

    Round(Contender contender, Path home, Path scratch, WorkResult result) {
        this.contender = contender;
        this.home = home;
        this.scratch = scratch;
        this.result = result;
    }

    /**
     * A broker's folder, port and settings; it may be started again and again, one at a time.
     *
     * @param settings each name=value
     */
    public record Node(Round round, Path data, int port, List<String> settings, List<BrokerProcess> started) {
        public BrokerProcess start() {
            BrokerProcess broker = BrokerProcess.start(round.contender, round.home, data, port, settings);
            started.add(broker);
            return broker;
        }
    }

    /** A fresh folder, formatted where a broker wants that. */
    public Node node(String... settings) throws IOException {
        Path data = scratch.resolve("data-" + nodes.size());
        int port = BrokerProcess.freePort();
        List<String> all = List.of(settings);
        contender.prepare(data, port, all);
        Node node = new Node(this, data, port, all, new ArrayList<>());
        nodes.add(node);
        String command = String.join(" ", contender.command(home, data, port, all));
        result.command(
                contender.title(),
                command.replace(System.getProperty("java.class.path"), "CLASSPATH")
                        .replace(scratch.toString(), "SCRATCH")
                        .replace(contender.place().isEmpty() ? home.toString() : contender.place(), "."));
        return node;
    }

    /** A broker on a fresh folder. */
    public BrokerProcess start(String... settings) throws IOException {
        return node(settings).start();
    }

    /** Stops a broker, if it still runs, and deletes its folder: disks are not endless. */
    public void drop(Node node) throws IOException {
        node.started().forEach(BrokerProcess::stop);
        if (Files.exists(node.data())) {
            Scratch.delete(node.data());
        }
    }

    public Contender contender() {
        return contender;
    }

    public Path scratch() {
        return scratch;
    }

    /** A figure of this round. */
    public void add(String figure, double value, Aim... aims) {
        result.figures().add(figure, contender.title(), value, aims);
        System.err.println("  " + figure + ": " + String.format(Locale.ROOT, "%.3f", value));
    }

    /** What a piece of work took of the broker's process; 0 for what it is not counted in. */
    public void used(String piece, Usage used, long records, long bytes, long requests) {
        result.details().add(piece, contender.title(), used.metrics(records, bytes, requests));
    }

    public void used(String piece, Workloads.Cost cost) {
        used(piece, cost.used(), cost.records(), cost.bytes(), 0);
    }

    /** Percentiles in microseconds, and the curve. */
    public void latencies(String work, Histogram nanos) {
        add(work + ", p50 us", nanos.getValueAtPercentile(50) / 1e3);
        add(work + ", p99 us", nanos.getValueAtPercentile(99) / 1e3);
        add(work + ", p99.9 us", nanos.getValueAtPercentile(99.9) / 1e3);
        add(work + ", max us", nanos.getMaxValue() / 1e3);
        curve(work, nanos);
    }

    public void curve(String work, Histogram nanos) {
        result.curves().add(work, contender.title(), nanos);
    }

    /** Stops what still runs, and deletes all data. */
    @Override
    public void close() throws IOException {
        for (Node node : nodes) {
            drop(node);
        }
    }
}
