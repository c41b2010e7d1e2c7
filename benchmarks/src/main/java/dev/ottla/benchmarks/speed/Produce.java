package dev.ottla.benchmarks.speed;

import dev.ottla.benchmarks.broker.BrokerProcess;
import dev.ottla.benchmarks.broker.Contender;
import dev.ottla.benchmarks.broker.Settings;
import dev.ottla.benchmarks.broker.StartProbe;
import dev.ottla.benchmarks.report.Aim;
import dev.ottla.benchmarks.rounds.Round;
import dev.ottla.benchmarks.rounds.Work;
import dev.ottla.benchmarks.rounds.Workloads;
import dev.ottla.benchmarks.rounds.Workloads.Cost;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** One Java producer as fast as it can, on a fresh broker, warm-up included; one consumer from the beginning; resident memory. */
final class Produce {
    private static final int PARTITIONS = 6;
    private static final long RECORDS = Settings.number("speed.records", 1_000_000);
    private static final int SMALL_BYTES = 100;
    private static final int LARGE_BYTES = 1024;
    private static final String TOPIC = "t";
    /** So many different ones that a batch does not compress because its values repeat. */
    private static final int COMPRESSIBLE = 16_384;

    private static final Map<String, Object> LZ4 =
            Map.of("compression.type", "lz4", "batch.size", 131_072, "linger.ms", 10);
    private static final Map<String, Object> LARGE_BATCHES = Map.of("batch.size", 65_536);
    private static final long IDLE_NANOS = (long) (Settings.seconds("speed.idleSeconds", 10) * 1e9);

    private Produce() {}

    static List<Work> works() {
        return List.of(
                Work.of(
                        "produce-small",
                        "100 B, Java producer's defaults: CPU and rate, fresh and warm",
                        Produce::small),
                Work.of("produce-lz4", "100 B, lz4, batch.size 131072, linger 10 ms: CPU", Produce::lz4),
                Work.of(
                        "produce-large",
                        "1 KiB, batch.size 65536, then consumed from the start: CPU, rate",
                        Produce::large),
                Work.of("memory", "resident memory idle and under 1 KiB records", Produce::memory),
                new Work(
                        "produce-durable",
                        "100 B, Java producer's defaults, Apache Kafka with flush.messages=1",
                        List.of(Contender.OTTLA, Contender.KAFKA_DURABLE),
                        Produce::durable));
    }

    private static BrokerProcess served(Round round) throws Exception {
        BrokerProcess broker = round.start();
        Workloads.createTopic(broker.bootstrap(), TOPIC, PARTITIONS);
        return broker;
    }

    private static void small(Round round) throws Exception {
        try (BrokerProcess broker = served(round)) {
            Cost first = Workloads.produce(broker, TOPIC, RECORDS, SMALL_BYTES, Map.of());
            String what = "produce 100 B, first records of a broker, ";
            round.add(what + "broker CPU s/M records", first.cpuSecondsPerMillionRecords(), Aim.ratioAtMost(0.25));
            round.add(what + "records/s", first.recordsPerSecond(), Aim.ratioAtLeast(1.3));
            round.used("produce 100 B, first", first);
            Cost second = Workloads.produce(broker, TOPIC, RECORDS, SMALL_BYTES, Map.of());
            round.add("produce 100 B, warm, broker CPU s/M records", second.cpuSecondsPerMillionRecords());
            round.add("produce 100 B, warm, records/s", second.recordsPerSecond(), Aim.ratioAtLeast(1.3));
            round.used("produce 100 B, warm", second);
        }
    }

    private static void lz4(Round round) throws Exception {
        byte[][] payloads = Workloads.payloads(COMPRESSIBLE, SMALL_BYTES, SMALL_BYTES / 2);
        try (BrokerProcess broker = served(round)) {
            Cost first = Workloads.produce(broker, TOPIC, RECORDS, payloads, LZ4);
            round.add(
                    "produce 100 B lz4, first records of a broker, broker CPU s/M records",
                    first.cpuSecondsPerMillionRecords(),
                    Aim.ratioAtMost(0.25));
            round.add("produce 100 B lz4, first records of a broker, records/s", first.recordsPerSecond());
            round.used("produce 100 B lz4, first", first);
            Cost second = Workloads.produce(broker, TOPIC, RECORDS, payloads, LZ4);
            round.add("produce 100 B lz4, warm, broker CPU s/M records", second.cpuSecondsPerMillionRecords());
            round.add("produce 100 B lz4, warm, records/s", second.recordsPerSecond());
            round.used("produce 100 B lz4, warm", second);
        }
    }

    private static void large(Round round) throws Exception {
        try (BrokerProcess broker = served(round)) {
            Cost produced = Workloads.produce(broker, TOPIC, RECORDS, LARGE_BYTES, LARGE_BATCHES);
            round.add("produce 1 KiB, broker CPU s/GB", produced.cpuSecondsPerGigabyte(), Aim.ratioAtMost(1.0 / 3));
            round.add("produce 1 KiB, MB/s", produced.megabytesPerSecond(), Aim.ratioAtLeast(1.3));
            round.used("produce 1 KiB", produced);
            Cost consumed = Workloads.consume(broker, TOPIC, PARTITIONS, RECORDS, LARGE_BYTES);
            round.add("consume 1 KiB, broker CPU s/GB", consumed.cpuSecondsPerGigabyte(), Aim.ratioAtMost(1.0 / 3));
            round.add("consume 1 KiB, MB/s", consumed.megabytesPerSecond());
            round.used("consume 1 KiB", consumed);
        }
    }

    private static void memory(Round round) throws Exception {
        try (BrokerProcess broker = round.start()) {
            StartProbe.answeredMs(broker);
            LockSupport.parkNanos(broker.startedNanos() + IDLE_NANOS - System.nanoTime());
            round.add("resident memory 10 s after start, MiB", broker.residentMib(), Aim.ratioAtMost(1.0 / 6));
            Workloads.createTopic(broker.bootstrap(), TOPIC, PARTITIONS);
            Cost produced = Workloads.produce(broker, TOPIC, RECORDS, LARGE_BYTES, LARGE_BATCHES);
            Workloads.consume(broker, TOPIC, PARTITIONS, RECORDS, LARGE_BYTES);
            round.add("resident memory at the end of load, MiB", broker.residentMib(), Aim.ratioAtMost(0.2));
            round.add("peak resident memory, MiB", broker.peakResidentMib());
            round.used("memory's load", produced);
        }
    }

    private static void durable(Round round) throws Exception {
        try (BrokerProcess broker = served(round)) {
            Workloads.produce(broker, TOPIC, RECORDS / 10, SMALL_BYTES, Map.of());
            Cost cost = Workloads.produce(broker, TOPIC, RECORDS * 4 / 10, SMALL_BYTES, Map.of());
            round.add("durable produce 100 B, records/s", cost.recordsPerSecond(), Aim.ratioAtLeast(3));
            round.add("durable produce 100 B, broker CPU s/M records", cost.cpuSecondsPerMillionRecords());
            round.used("durable produce 100 B", cost);
        }
    }
}
