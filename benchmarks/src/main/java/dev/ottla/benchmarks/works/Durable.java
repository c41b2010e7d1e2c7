package dev.ottla.benchmarks.works;

import dev.ottla.benchmarks.broker.BrokerProcess;
import dev.ottla.benchmarks.broker.Contender;
import dev.ottla.benchmarks.load.Batch;
import dev.ottla.benchmarks.load.Tally;
import dev.ottla.benchmarks.rounds.Measured;
import dev.ottla.benchmarks.rounds.Round;
import dev.ottla.benchmarks.rounds.Work;
import dev.ottla.benchmarks.rounds.Workloads;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * What it costs that an acknowledged record is on the disk: Ottla as it comes against Apache Kafka as it comes (which acknowledges from the page cache)
 * and with flush.messages=1.
 */
public final class Durable {
    private static final List<Contender> CONTENDERS =
            List.of(Contender.OTTLA, Contender.KAFKA, Contender.KAFKA_DURABLE);
    private static final int[] PARTITIONS = numbers("ottla.benchmark.partitions", "1,6,100");
    private static final int[] IN_FLIGHT = numbers("ottla.benchmark.inFlight", "1,8,64");
    /** Only the load generator's requests of many records. */
    private static final boolean BATCHES_ONLY = Boolean.getBoolean("ottla.benchmark.batchesOnly");

    private static final int RECORD_BYTES = 100;
    /** About the Java producer's default batch.size. */
    private static final int RECORDS_A_BATCH = 150;

    private static final double WARM_UP_SECONDS = 1;
    private static final double FIRST_WARM_UP_SECONDS = 8;
    private static final double SECONDS = Double.parseDouble(System.getProperty("ottla.benchmark.seconds", "4"));
    private static final long JAVA_PRODUCER_RECORDS = 400_000;

    private final Round round;

    private Durable(Round round) {
        this.round = round;
    }

    /** The work of this name. */
    public static Work work() {
        return new Work(
                "durable",
                "what it costs that an acknowledged record is on the disk; Apache Kafka also with flush.messages=1",
                CONTENDERS,
                round -> new Durable(round).run());
    }

    private static int[] numbers(String property, String usual) {
        return Arrays.stream(System.getProperty(property, usual).split(",", -1))
                .mapToInt(Integer::parseInt)
                .toArray();
    }

    private void run() throws Exception {
        try (BrokerProcess broker = round.start()) {
            Workloads.firstAcknowledgedMs(broker);
            Batch batch = Batch.of(RECORDS_A_BATCH, RECORD_BYTES);
            Batch single = Batch.of(1, RECORD_BYTES);
            Workloads.createTopic(broker.bootstrap(), "warm", 6);
            Measured.run(broker, "warm", 6, 8, batch, 0, FIRST_WARM_UP_SECONDS);
            for (int partitions : PARTITIONS) {
                Workloads.createTopic(broker.bootstrap(), "batches-" + partitions, partitions);
                for (int inFlight : IN_FLIGHT) {
                    load(broker, "batches-" + partitions, partitions, inFlight, batch);
                }
            }
            if (!BATCHES_ONLY) {
                Workloads.createTopic(broker.bootstrap(), "singles", 6);
                for (int inFlight : IN_FLIGHT) {
                    load(broker, "singles", 6, inFlight, single);
                }
                javaProducer(broker);
            }
        }
    }

    private void load(BrokerProcess broker, String topic, int partitions, int inFlight, Batch batch) throws Exception {
        Measured measured = Measured.run(broker, topic, partitions, inFlight, batch, WARM_UP_SECONDS, SECONDS);
        Tally done = measured.done();
        String what = (batch.records() == 1 ? "one record" : batch.records() + " records") + " a request, " + partitions
                + (partitions == 1 ? " partition, " : " partitions, ") + inFlight + " in flight, ";
        round.add(what + "records/s", done.records() / measured.seconds());
        round.add(what + "p50 us", done.latencyUs(50));
        round.add(what + "p99 us", done.latencyUs(99));
        round.add(what + "p99.9 us", done.latencyUs(99.9));
        round.add(what + "max us", done.latencyUs(100));
        round.add(what + "broker CPU us a request", measured.used().cpuSeconds() * 1e6 / done.requests());
        round.add(
                what + "bytes written for a byte acknowledged", measured.used().writtenBytes() / (double) done.bytes());
    }

    private void javaProducer(BrokerProcess broker) throws Exception {
        Workloads.createTopic(broker.bootstrap(), "java", 6);
        Workloads.produce(broker, "java", JAVA_PRODUCER_RECORDS / 4, RECORD_BYTES, Map.of());
        Workloads.Cost cost = Workloads.produce(broker, "java", JAVA_PRODUCER_RECORDS, RECORD_BYTES, Map.of());
        round.add("Java producer, defaults, 100 B, records/s", cost.recordsPerSecond());
        round.add("Java producer, defaults, 100 B, broker CPU s/M records", cost.cpuSecondsPerMillionRecords());
    }
}
