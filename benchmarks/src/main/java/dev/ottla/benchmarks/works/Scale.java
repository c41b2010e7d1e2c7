package dev.ottla.benchmarks.works;

import dev.ottla.benchmarks.broker.BrokerProcess;
import dev.ottla.benchmarks.broker.Settings;
import dev.ottla.benchmarks.rounds.Round;
import dev.ottla.benchmarks.rounds.Work;
import dev.ottla.benchmarks.rounds.Workloads;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
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
 * and what the process holds.
 */
public final class Scale {
    private static final int PARTITIONS = Settings.count("scale.partitions", 1_000);
    private static final int PARTITIONS_A_TOPIC = 100;
    private static final int RECORD_BYTES = 100;
    private static final long RECORDS = Long.getLong("ottla.benchmark.records", 500_000);
    /** Room for a batch of every partition, and time for all of them. */
    private static final Map<String, Object> PATIENT = Map.of(
            "buffer.memory", 256 << 20, "batch.size", 4096, "delivery.timeout.ms", 600_000, "max.block.ms", 600_000);

    private static final long IDLE_NANOS = 5_000_000_000L;

    private final Round round;

    private Scale(Round round) {
        this.round = round;
    }

    /** The work of this name. */
    public static Work work() {
        return Work.of(
                "scale",
                "many partitions on one broker: creation, producing across all of them, restarts, what the process holds",
                round -> new Scale(round).run());
    }

    private void run() throws Exception {
        Round.Node node = round.node();
        try (BrokerProcess broker = node.start()) {
            create(broker);
            LockSupport.parkNanos(IDLE_NANOS);
            holds("idle", broker);
            produce(broker);
            holds("after load", broker);
            double start = System.nanoTime();
            broker.stop();
            add("clean stop, ms", (System.nanoTime() - start) / 1e6);
        }
        add("disk use, MiB", diskMib(node.data()));
        try (BrokerProcess broker = node.start()) {
            restart("start after a clean stop", broker);
            holds("after a start", broker);
            produce(broker);
            broker.kill();
        }
        try (BrokerProcess broker = node.start()) {
            restart("start after kill -9 under load", broker);
        }
    }

    private void create(BrokerProcess broker) throws Exception {
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
            add("create, ms", (System.nanoTime() - start) / 1e6);
            reachAll(broker);
            add("create until all are served, ms", (System.nanoTime() - start) / 1e6);
            add("create until all are served, broker CPU s", broker.cpuSeconds() - cpu);
        }
    }

    private void produce(BrokerProcess broker) throws Exception {
        byte[] payload = new byte[RECORD_BYTES];
        AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
        try (KafkaProducer<byte[], byte[]> producer = Workloads.producer(broker.bootstrap(), PATIENT)) {
            double cpu = broker.cpuSeconds();
            double start = System.nanoTime();
            for (long i = 0; i < RECORDS; i++) {
                send(producer, (int) (i % PARTITIONS), payload, failure);
            }
            producer.flush();
            double seconds = (System.nanoTime() - start) / 1e9;
            add("produce across all, records/s", RECORDS / seconds);
            add("produce across all, broker CPU s/M records", (broker.cpuSeconds() - cpu) / (RECORDS / 1e6));
        }
        rethrow(failure.get());
    }

    private void restart(String what, BrokerProcess broker) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer =
                Workloads.producer(broker.bootstrap(), Map.of("retry.backoff.ms", 5, "max.block.ms", 600_000))) {
            producer.send(new ProducerRecord<>(name(0), 0, null, new byte[] {1}))
                    .get();
        }
        add(what + " to first acknowledged record, ms", (System.nanoTime() - broker.startedNanos()) / 1e6);
        reachAll(broker);
        add(what + " until all are served, ms", (System.nanoTime() - broker.startedNanos()) / 1e6);
        add(what + ", broker CPU s", broker.cpuSeconds());
    }

    /** A record to every partition, acknowledged. */
    private void reachAll(BrokerProcess broker) throws Exception {
        AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
        try (KafkaProducer<byte[], byte[]> producer = Workloads.producer(broker.bootstrap(), PATIENT)) {
            for (int i = 0; i < PARTITIONS; i++) {
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

    private void holds(String when, BrokerProcess broker) {
        add("open files " + when, (double) broker.openFiles());
        add("memory maps " + when, (double) broker.maps());
        add("threads " + when, (double) broker.threads());
        add("resident memory " + when + ", MiB", broker.residentMib());
    }

    private void add(String name, double value) {
        round.add(name, value);
    }

    private static int topics() {
        return (PARTITIONS + PARTITIONS_A_TOPIC - 1) / PARTITIONS_A_TOPIC;
    }

    private static int partitionsOf(int topic) {
        return Math.min(PARTITIONS_A_TOPIC, PARTITIONS - topic * PARTITIONS_A_TOPIC);
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
