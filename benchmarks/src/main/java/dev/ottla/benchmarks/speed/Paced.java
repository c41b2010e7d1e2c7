package dev.ottla.benchmarks.speed;

import dev.ottla.benchmarks.broker.BrokerProcess;
import dev.ottla.benchmarks.broker.Settings;
import dev.ottla.benchmarks.report.Aim;
import dev.ottla.benchmarks.rounds.Round;
import dev.ottla.benchmarks.rounds.Work;
import dev.ottla.benchmarks.rounds.Workloads;

/** A Java producer at a fixed rate that both brokers can bear easily: how late acknowledgements are. */
final class Paced {
    private static final int PER_SECOND = Settings.count("paced.perSecond", 5_000);
    private static final int SECONDS = Settings.count("paced.seconds", 30);
    private static final int WARM_UP_SECONDS = Settings.count("paced.warmUpSeconds", 5);
    private static final int PARTITIONS = 6;
    private static final int RECORD_BYTES = 100;
    private static final String TOPIC = "paced";

    private Paced() {}

    static Work work() {
        return Work.of("paced", "5,000 records/s of 100 B, linger 0, open loop: latencies and CPU", Paced::run);
    }

    private static void run(Round round) throws Exception {
        try (BrokerProcess broker = round.start()) {
            Workloads.createTopic(broker.bootstrap(), TOPIC, PARTITIONS);
            Workloads.latency(broker, TOPIC, PER_SECOND, WARM_UP_SECONDS, RECORD_BYTES);
            Workloads.Latency latency = Workloads.latency(broker, TOPIC, PER_SECOND, SECONDS, RECORD_BYTES);
            String what = "acknowledgement at " + PER_SECOND + "/s";
            round.add(what + ", p50 us", latency.us(50));
            round.add(what + ", p99 us", latency.us(99), Aim.ratioAtMost(1.0 / 8));
            round.add(what + ", p99.9 us", latency.us(99.9), Aim.ratioAtMost(1.0 / 6));
            round.add(what + ", max us", latency.us(100));
            round.add(
                    what + ", broker CPU s/M records",
                    latency.used().cpuSeconds() / (latency.records() / 1e6),
                    Aim.ratioAtMost(0.5));
            round.curve(what, latency.nanos());
            round.used(what, latency.used(), latency.records(), latency.bytes(), 0);
        }
    }
}
