package dev.ottla.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Ottla and Apache Kafka in turn with many partitions on one broker: creation, producing across all of them, stop and start, kill -9 and start,
 * and what the process holds. Arguments: the checkout's folder, a scratch folder, partitions, rounds.
 */
public final class Scale {
    private static final int PARTITIONS_A_TOPIC = 100;
    private static final int RECORD_BYTES = 100;
    private static final long RECORDS = Long.getLong("ottla.benchmark.records", 500_000);
    /** Room for a batch of every partition, and time for all of them. */
    private static final Map<String, Object> PATIENT = Map.of(
            "buffer.memory", 256 << 20, "batch.size", 4096, "delivery.timeout.ms", 600_000, "max.block.ms", 600_000);

    private static final long IDLE_NANOS = 5_000_000_000L;
    private static final String WANTED = System.getProperty("ottla.benchmark.contender", "");

    private final Path home;
    private final Path scratch;
    private final int partitions;
    private final Figures figures = new Figures(Contender.DEFAULTS);

    private Scale(Path home, Path scratch, int partitions) {
        this.home = home;
        this.scratch = scratch;
        this.partitions = partitions;
    }

    public static void main(String[] arguments) throws Exception {
        Scale run = new Scale(
                Path.of(arguments[0]).toAbsolutePath(),
                Path.of(arguments[1]).toAbsolutePath(),
                Integer.parseInt(arguments[2]));
        int rounds = Integer.parseInt(arguments[3]);
        for (int round = 0; round < rounds; round++) {
            for (Contender contender : Contender.DEFAULTS) {
                if (contender.name().startsWith(WANTED.toUpperCase(Locale.ROOT))) {
                    System.err.println("round " + (round + 1) + " of " + rounds + ": " + contender.title());
                    run.round(contender, round);
                }
            }
            System.out.println(
                    run.partitions + " partitions, after " + (round + 1) + " rounds:\n" + run.figures.table());
        }
    }

    private void round(Contender contender, int round) throws Exception {
        Path data = scratch.resolve(contender.name().toLowerCase(Locale.ROOT) + "-" + round);
        int port = BrokerProcess.freePort();
        contender.prepare(data, port);
        try (BrokerProcess broker = BrokerProcess.start(contender, home, data, port)) {
            create(contender, broker);
            LockSupport.parkNanos(IDLE_NANOS);
            holds("idle", contender, broker);
            produce(contender, broker);
            holds("after load", contender, broker);
            double start = System.nanoTime();
            broker.stop();
            add("clean stop, ms", contender, (System.nanoTime() - start) / 1e6);
        }
        add("disk use, MiB", contender, diskMib(data));
        try (BrokerProcess broker = BrokerProcess.start(contender, home, data, port)) {
            restart("start after a clean stop", contender, broker);
            holds("after a start", contender, broker);
            produce(contender, broker);
            broker.kill();
        }
        try (BrokerProcess broker = BrokerProcess.start(contender, home, data, port)) {
            restart("start after kill -9 under load", contender, broker);
        }
        Scratch.delete(data);
    }

    private void create(Contender contender, BrokerProcess broker) throws Exception {
        try (Admin admin =
                Admin.create(Map.of("bootstrap.servers", broker.bootstrap(), "default.api.timeout.ms", 600_000))) {
            admin.describeCluster().nodes().get();
            double cpu = broker.cpuSeconds();
            double start = System.nanoTime();
            for (int topic = 0; topic < topics(); topic++) {
                admin.createTopics(List.of(new NewTopic(name(topic), partitionsOf(topic), (short) 1)))
                        .all()
                        .get();
            }
            add("create, ms", contender, (System.nanoTime() - start) / 1e6);
            reachAll(broker);
            add("create until all are served, ms", contender, (System.nanoTime() - start) / 1e6);
            add("create until all are served, broker CPU s", contender, broker.cpuSeconds() - cpu);
        }
    }

    private void produce(Contender contender, BrokerProcess broker) throws Exception {
        byte[] payload = new byte[RECORD_BYTES];
        AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
        try (KafkaProducer<byte[], byte[]> producer = Workloads.producer(broker.bootstrap(), PATIENT)) {
            double cpu = broker.cpuSeconds();
            double start = System.nanoTime();
            for (long i = 0; i < RECORDS; i++) {
                send(producer, (int) (i % partitions), payload, failure);
            }
            producer.flush();
            double seconds = (System.nanoTime() - start) / 1e9;
            add("produce across all, records/s", contender, RECORDS / seconds);
            add("produce across all, broker CPU s/M records", contender, (broker.cpuSeconds() - cpu) / (RECORDS / 1e6));
        }
        rethrow(failure.get());
    }

    private void restart(String what, Contender contender, BrokerProcess broker) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer =
                Workloads.producer(broker.bootstrap(), Map.of("retry.backoff.ms", 5, "max.block.ms", 600_000))) {
            producer.send(new ProducerRecord<>(name(0), 0, null, new byte[] {1}))
                    .get();
        }
        add(what + " to first acknowledged record, ms", contender, (System.nanoTime() - broker.startedNanos()) / 1e6);
        reachAll(broker);
        add(what + " until all are served, ms", contender, (System.nanoTime() - broker.startedNanos()) / 1e6);
        add(what + ", broker CPU s", contender, broker.cpuSeconds());
    }

    /** A record to every partition, acknowledged. */
    private void reachAll(BrokerProcess broker) throws Exception {
        AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
        try (KafkaProducer<byte[], byte[]> producer = Workloads.producer(broker.bootstrap(), PATIENT)) {
            for (int i = 0; i < partitions; i++) {
                send(producer, i, new byte[] {1}, failure);
            }
            producer.flush();
        }
        rethrow(failure.get());
    }

    private static void send(
            KafkaProducer<byte[], byte[]> producer,
            int partition,
            byte[] payload,
            AtomicReference<@Nullable Exception> failure) {
        var record = new ProducerRecord<byte[], byte[]>(
                name(partition / PARTITIONS_A_TOPIC), partition % PARTITIONS_A_TOPIC, null, payload);
        var _ = producer.send(record, (where, problem) -> {
            if (problem != null) {
                failure.compareAndSet(null, problem);
            }
        });
    }

    private static void rethrow(@Nullable Exception problem) throws Exception {
        if (problem != null) {
            throw problem;
        }
    }

    private void holds(String when, Contender contender, BrokerProcess broker) {
        add("open files " + when, contender, (double) broker.openFiles());
        add("memory maps " + when, contender, (double) broker.maps());
        add("threads " + when, contender, (double) broker.threads());
        add("resident memory " + when + ", MiB", contender, broker.residentMib());
    }

    private void add(String name, Contender contender, double value) {
        figures.add(name, contender, value);
        System.err.println("  " + name + ": " + Math.round(value * 10) / 10.0);
    }

    private int topics() {
        return (partitions + PARTITIONS_A_TOPIC - 1) / PARTITIONS_A_TOPIC;
    }

    private int partitionsOf(int topic) {
        return Math.min(PARTITIONS_A_TOPIC, partitions - topic * PARTITIONS_A_TOPIC);
    }

    private static String name(int topic) {
        return "scale-" + topic;
    }

    /** Blocks in use, as du counts them: indexes are sparse files. */
    private static double diskMib(Path folder) throws IOException {
        Process du = new ProcessBuilder("du", "-sk", folder.toString()).start();
        String said = new String(du.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        return Long.parseLong(said.substring(0, said.indexOf('\t'))) / 1024.0;
    }
}
