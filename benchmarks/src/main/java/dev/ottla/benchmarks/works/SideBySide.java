package dev.ottla.benchmarks.works;

import dev.ottla.benchmarks.broker.BrokerProcess;
import dev.ottla.benchmarks.rounds.Round;
import dev.ottla.benchmarks.rounds.Work;
import dev.ottla.benchmarks.rounds.Workloads;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * Ottla and Apache Kafka in turn on this machine: same client, same work, each as its own process, in rounds that alternate so that a
 * drift of the machine's speed hits both.
 */
public final class SideBySide {
    private static final List<String> TOPICS = List.of("large", "large-warm", "small", "small-warm", "paced");
    private static final int PARTITIONS = 6;
    private static final long RECORDS = Long.getLong("ottla.benchmark.records", 1_000_000);
    private static final int RECORD_BYTES = 1024;
    private static final int SMALL_RECORD_BYTES = 100;
    private static final int RATE_PER_SECOND = 2000;
    private static final int RATE_SECONDS = 10;
    private static final long IDLE_NANOS = 5_000_000_000L;
    private static final long WARM_UP_RECORDS = 200_000;

    private final Round round;

    private SideBySide(Round round) {
        this.round = round;
    }

    /** The work of this name. */
    public static Work work() {
        return Work.of(
                "side-by-side",
                "throughput, latency and memory with one Java client, six partitions",
                round -> new SideBySide(round).run());
    }

    private void run() throws Exception {
        try (BrokerProcess broker = round.start()) {
            round.add("start to first acknowledged record, ms", Workloads.firstAcknowledgedMs(broker));
            // Apache Kafka may refuse an idempotent producer's batches for good when they race with their topic's
            // creation.
            for (String topic : TOPICS) {
                Workloads.createTopic(broker.bootstrap(), topic, PARTITIONS);
            }
            LockSupport.parkNanos(IDLE_NANOS);
            round.add("resident memory idle, MiB", broker.residentMib());
            throughput(broker, "large", RECORD_BYTES);
            throughput(broker, "small", SMALL_RECORD_BYTES);
            latency(broker);
            round.add("resident memory after load, MiB", broker.residentMib());
            round.add("peak resident memory, MiB", broker.peakResidentMib());
        }
    }

    private void throughput(BrokerProcess broker, String topic, int sizeBytes) throws Exception {
        Map<String, Object> batches = Map.of("batch.size", 65536);
        Workloads.produce(broker, topic + "-warm", WARM_UP_RECORDS, sizeBytes, batches);
        Workloads.consume(broker, topic + "-warm", PARTITIONS, WARM_UP_RECORDS, sizeBytes);
        Workloads.Cost produced = Workloads.produce(broker, topic, RECORDS, sizeBytes, batches);
        round.used("produce " + sizeBytes + " B", produced);
        Workloads.Cost consumed = Workloads.consume(broker, topic, PARTITIONS, RECORDS, sizeBytes);
        round.used("consume " + sizeBytes + " B", consumed);
        String size = sizeBytes + " B records";
        round.add("produce " + size + ", MB/s", produced.megabytesPerSecond());
        round.add("produce " + size + ", records/s", produced.recordsPerSecond());
        round.add("produce " + size + ", broker CPU s/GB", produced.cpuSecondsPerGigabyte());
        round.add("produce " + size + ", broker CPU s/M records", produced.cpuSecondsPerMillionRecords());
        round.add("consume " + size + ", MB/s", consumed.megabytesPerSecond());
        round.add("consume " + size + ", broker CPU s/GB", consumed.cpuSecondsPerGigabyte());
        round.add("consume " + size + ", broker CPU s/M records", consumed.cpuSecondsPerMillionRecords());
    }

    private void latency(BrokerProcess broker) throws Exception {
        Workloads.latency(broker, "paced", RATE_PER_SECOND, 3, RECORD_BYTES);
        Workloads.Latency latency = Workloads.latency(broker, "paced", RATE_PER_SECOND, RATE_SECONDS, RECORD_BYTES);
        String rate = "acknowledgement at " + RATE_PER_SECOND + "/s";
        round.add(rate + ", p50 us", latency.us(50));
        round.add(rate + ", p99 us", latency.us(99));
        round.add(rate + ", p99.9 us", latency.us(99.9));
        round.add(rate + ", broker CPU s", latency.used().cpuSeconds());
    }
}
