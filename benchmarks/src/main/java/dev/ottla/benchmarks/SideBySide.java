package dev.ottla.benchmarks;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Ottla and Apache Kafka in turn on this machine: same client, same work, each as its own process, in rounds that alternate so that a
 * drift of the machine's speed hits both. Arguments: the checkout's folder, a scratch folder, rounds.
 */
public final class SideBySide {
    private static final List<String> TOPICS = List.of("large", "large-warm", "small", "small-warm", "paced");
    private static final int PARTITIONS = 6;
    private static final long RECORDS = Long.getLong("ottla.benchmark.records", 1_000_000);
    private static final int RECORD_BYTES = 1024;
    private static final int SMALL_RECORD_BYTES = 100;
    private static final int RATE_PER_SECOND = 2000;
    private static final int RATE_SECONDS = 10;
    private static final long WARM_UP_RECORDS = 200_000;

    private final Path home;
    private final Path scratch;
    private final Figures figures = new Figures(Contender.DEFAULTS);

    private SideBySide(Path home, Path scratch) {
        this.home = home;
        this.scratch = scratch;
    }

    public static void main(String[] arguments) throws Exception {
        SideBySide run = new SideBySide(
                Path.of(arguments[0]).toAbsolutePath(), Path.of(arguments[1]).toAbsolutePath());
        int rounds = Integer.parseInt(arguments[2]);
        for (int round = 0; round < rounds; round++) {
            for (Contender contender : Contender.DEFAULTS) {
                System.err.println("round " + (round + 1) + " of " + rounds + ": " + contender.title());
                run.round(contender, round);
            }
            System.out.println("After " + (round + 1) + " rounds:\n" + run.figures.table());
        }
    }

    private void round(Contender contender, int round) throws Exception {
        Path data = scratch.resolve(contender.name().toLowerCase(java.util.Locale.ROOT) + "-" + round);
        int port = BrokerProcess.freePort();
        contender.prepare(data, port);
        try (BrokerProcess broker = BrokerProcess.start(contender, home, data, port)) {
            figures.add("start to first acknowledged record, ms", contender, Workloads.firstAcknowledgedMs(broker));
            // Apache Kafka may refuse an idempotent producer's batches for good when they race with their topic's
            // creation.
            for (String topic : TOPICS) {
                Workloads.createTopic(broker.bootstrap(), topic, PARTITIONS);
            }
            Thread.sleep(5000);
            figures.add("resident memory idle, MiB", contender, broker.residentMib());
            throughput(contender, broker, "large", RECORD_BYTES);
            throughput(contender, broker, "small", SMALL_RECORD_BYTES);
            latency(contender, broker);
            figures.add("resident memory after load, MiB", contender, broker.residentMib());
            figures.add("peak resident memory, MiB", contender, broker.peakResidentMib());
        }
        Scratch.delete(data);
    }

    private void throughput(Contender contender, BrokerProcess broker, String topic, int sizeBytes) throws Exception {
        Map<String, Object> batches = Map.of("batch.size", 65536);
        Workloads.produce(broker, topic + "-warm", WARM_UP_RECORDS, sizeBytes, batches);
        Workloads.consume(broker, topic + "-warm", PARTITIONS, WARM_UP_RECORDS, sizeBytes);
        Workloads.Cost produced = Workloads.produce(broker, topic, RECORDS, sizeBytes, batches);
        Workloads.Cost consumed = Workloads.consume(broker, topic, PARTITIONS, RECORDS, sizeBytes);
        String size = sizeBytes + " B records";
        figures.add("produce " + size + ", MB/s", contender, produced.megabytesPerSecond());
        figures.add("produce " + size + ", records/s", contender, produced.recordsPerSecond());
        figures.add("produce " + size + ", broker CPU s/GB", contender, produced.cpuSecondsPerGigabyte());
        figures.add("produce " + size + ", broker CPU s/M records", contender, produced.cpuSecondsPerMillionRecords());
        figures.add("consume " + size + ", MB/s", contender, consumed.megabytesPerSecond());
        figures.add("consume " + size + ", broker CPU s/GB", contender, consumed.cpuSecondsPerGigabyte());
        figures.add("consume " + size + ", broker CPU s/M records", contender, consumed.cpuSecondsPerMillionRecords());
    }

    private void latency(Contender contender, BrokerProcess broker) throws Exception {
        Workloads.latency(broker, "paced", RATE_PER_SECOND, 3, RECORD_BYTES);
        Workloads.Latency latency = Workloads.latency(broker, "paced", RATE_PER_SECOND, RATE_SECONDS, RECORD_BYTES);
        String rate = "acknowledgement at " + RATE_PER_SECOND + "/s";
        figures.add(rate + ", p50 us", contender, latency.p50Us());
        figures.add(rate + ", p99 us", contender, latency.p99Us());
        figures.add(rate + ", p99.9 us", contender, latency.p999Us());
        figures.add(rate + ", broker CPU s", contender, latency.brokerCpuSeconds());
    }
}
