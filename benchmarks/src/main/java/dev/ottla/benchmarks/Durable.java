package dev.ottla.benchmarks;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * What it costs that an acknowledged record is on the disk: Ottla as it comes against Apache Kafka as it comes (which acknowledges from the page cache)
 * and with flush.messages=1. Arguments: the checkout's folder, a scratch folder, rounds.
 */
public final class Durable {
    private static final List<Contender> CONTENDERS = contenders();
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

    private final Path home;
    private final Path scratch;
    private final Figures figures = new Figures(CONTENDERS);

    private Durable(Path home, Path scratch) {
        this.home = home;
        this.scratch = scratch;
    }

    public static void main(String[] arguments) throws Exception {
        Durable run = new Durable(
                Path.of(arguments[0]).toAbsolutePath(), Path.of(arguments[1]).toAbsolutePath());
        int rounds = Integer.parseInt(arguments[2]);
        for (int round = 0; round < rounds; round++) {
            for (Contender contender : CONTENDERS) {
                System.err.println("round " + (round + 1) + " of " + rounds + ": " + contender.title());
                run.round(contender, round);
            }
            System.out.println("After " + (round + 1) + " rounds:\n" + run.figures.table());
        }
    }

    private static List<Contender> contenders() {
        String names = System.getProperty("ottla.benchmark.contenders", "OTTLA,KAFKA,KAFKA_DURABLE");
        return Arrays.stream(names.split(",", -1)).map(Contender::valueOf).toList();
    }

    private static int[] numbers(String property, String usual) {
        return Arrays.stream(System.getProperty(property, usual).split(",", -1))
                .mapToInt(Integer::parseInt)
                .toArray();
    }

    private void round(Contender contender, int round) throws Exception {
        Path data = scratch.resolve(contender.name() + "-" + round);
        int port = BrokerProcess.freePort();
        contender.prepare(data, port);
        try (BrokerProcess broker = BrokerProcess.start(contender, home, data, port)) {
            Workloads.firstAcknowledgedMs(broker);
            Batch batch = Batch.of(RECORDS_A_BATCH, RECORD_BYTES);
            Batch single = Batch.of(1, RECORD_BYTES);
            Workloads.createTopic(broker.bootstrap(), "warm", 6);
            LoadGenerator.run(broker, "warm", 6, 8, batch, 0, FIRST_WARM_UP_SECONDS);
            for (int partitions : PARTITIONS) {
                Workloads.createTopic(broker.bootstrap(), "batches-" + partitions, partitions);
                for (int inFlight : IN_FLIGHT) {
                    load(contender, broker, "batches-" + partitions, partitions, inFlight, batch);
                }
            }
            if (!BATCHES_ONLY) {
                Workloads.createTopic(broker.bootstrap(), "singles", 6);
                for (int inFlight : IN_FLIGHT) {
                    load(contender, broker, "singles", 6, inFlight, single);
                }
                javaProducer(contender, broker);
            }
        }
        Scratch.delete(data);
    }

    private void load(
            Contender contender, BrokerProcess broker, String topic, int partitions, int inFlight, Batch batch)
            throws Exception {
        LoadGenerator.Result result =
                LoadGenerator.run(broker, topic, partitions, inFlight, batch, WARM_UP_SECONDS, SECONDS);
        String what = (batch.records() == 1 ? "one record" : batch.records() + " records") + " a request, " + partitions
                + (partitions == 1 ? " partition, " : " partitions, ") + inFlight + " in flight, ";
        figures.add(what + "records/s", contender, result.recordsPerSecond());
        figures.add(what + "p50 us", contender, result.latencyUs(50));
        figures.add(what + "p99 us", contender, result.latencyUs(99));
        figures.add(what + "p99.9 us", contender, result.latencyUs(99.9));
        figures.add(what + "max us", contender, result.latencyUs(100));
        figures.add(what + "broker CPU us a request", contender, result.cpuSeconds() * 1e6 / result.requests());
        figures.add(what + "bytes written for a byte acknowledged", contender, result.diskBytesPerByte());
    }

    private void javaProducer(Contender contender, BrokerProcess broker) throws Exception {
        Workloads.createTopic(broker.bootstrap(), "java", 6);
        Workloads.produce(broker, "java", JAVA_PRODUCER_RECORDS / 4, RECORD_BYTES, Map.of());
        Workloads.Cost cost = Workloads.produce(broker, "java", JAVA_PRODUCER_RECORDS, RECORD_BYTES, Map.of());
        figures.add("Java producer, defaults, 100 B, records/s", contender, cost.recordsPerSecond());
        figures.add(
                "Java producer, defaults, 100 B, broker CPU s/M records",
                contender,
                cost.cpuSecondsPerMillionRecords());
    }
}
