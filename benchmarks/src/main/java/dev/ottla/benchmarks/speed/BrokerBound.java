package dev.ottla.benchmarks.speed;

import dev.ottla.benchmarks.broker.BrokerProcess;
import dev.ottla.benchmarks.broker.DirtyPages;
import dev.ottla.benchmarks.broker.Settings;
import dev.ottla.benchmarks.broker.Usage;
import dev.ottla.benchmarks.load.Batch;
import dev.ottla.benchmarks.load.LoadGenerator;
import dev.ottla.benchmarks.load.Tally;
import dev.ottla.benchmarks.report.Aim;
import dev.ottla.benchmarks.rounds.Round;
import dev.ottla.benchmarks.rounds.Work;
import dev.ottla.benchmarks.rounds.Workloads;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** The load generator over many connections for minutes, with so little retention that the disk does not fill up and so few dirty pages that it counts. */
final class BrokerBound {
    private static final double SECONDS = Settings.seconds("bound.seconds", 300);
    private static final double WARM_UP_SECONDS = Settings.seconds("bound.warmUpSeconds", 10);
    private static final int SLICES = 10;
    private static final int CONNECTIONS = Settings.count("bound.connections", 64);
    private static final int PARTITIONS = 6;
    private static final int RECORD_BYTES = 100;
    private static final int BATCH_BYTES = 65_536;
    private static final long DIRTY_BYTES = 256L << 20;
    private static final String TOPIC = "bound";
    private static final Map<String, String> SHORT_LIVED = Map.of(
            "retention.bytes", Long.toString(256L << 20),
            "segment.bytes", Integer.toString(64 << 20),
            "file.delete.delay.ms", "1000");

    private BrokerBound() {}

    static Work work() {
        return Work.of("broker-bound", "100 B in 64 KiB batches, sustained, dirty pages bounded", BrokerBound::run);
    }

    private static void run(Round round) throws Exception {
        Batch batch = Batch.filling(BATCH_BYTES, RECORD_BYTES);
        try (DirtyPages _ = DirtyPages.bounded(DIRTY_BYTES);
                BrokerProcess broker = start(round)) {
            System.err.println("  dirty pages at most " + DirtyPages.now());
            Workloads.createTopic(broker.bootstrap(), TOPIC, PARTITIONS, SHORT_LIVED);
            try (LoadGenerator load = new LoadGenerator(broker.port(), 1)) {
                measure(round, broker, load, batch);
            }
        }
    }

    private static BrokerProcess start(Round round) throws Exception {
        // Apache Kafka looks for segments to delete for the first time after half a minute otherwise.
        return round.contender().isKafka()
                ? round.start("log.retention.check.interval.ms=1000", "log.initial.task.delay.ms=1000")
                : round.start("log.retention.check.interval.ms=1000");
    }

    private static void measure(Round round, BrokerProcess broker, LoadGenerator load, Batch batch) throws Exception {
        Tally tally = load.produce(CONNECTIONS, TOPIC, PARTITIONS, batch);
        load.closed(WARM_UP_SECONDS);
        Histogram latencies = tally.latencies().copy();
        latencies.reset();
        Usage before = broker.usage();
        double seconds = 0;
        double slowest = Double.MAX_VALUE;
        long requests = 0;
        for (int slice = 0; slice < SLICES; slice++) {
            double took = load.closed(SECONDS / SLICES);
            seconds += took;
            requests += tally.requests();
            slowest = Math.min(slowest, tally.records() / took);
            latencies.add(tally.latencies());
        }
        Usage used = broker.usage().since(before);
        long records = requests * batch.records();
        long bytes = requests * batch.bytes();
        round.add("broker-bound produce, records/s", records / seconds, Aim.ratioAtLeast(2), Aim.atLeast(2_000_000));
        round.add("broker-bound produce, slowest tenth of the time, records/s", slowest);
        round.add("broker-bound produce, MB/s", bytes / 1e6 / seconds);
        round.add("broker-bound produce, broker CPU s/GB", used.cpuSeconds() / (bytes / 1e9));
        round.add("broker-bound produce, broker CPU s/M records", used.cpuSeconds() / (records / 1e6));
        round.latencies("broker-bound produce", latencies);
        round.used("broker-bound produce", used, records, bytes, requests);
    }
}
