package dev.ottla.benchmarks.speed;

import dev.ottla.benchmarks.broker.BrokerProcess;
import dev.ottla.benchmarks.broker.Settings;
import dev.ottla.benchmarks.broker.StartProbe;
import dev.ottla.benchmarks.broker.Usage;
import dev.ottla.benchmarks.load.Batch;
import dev.ottla.benchmarks.load.LoadGenerator;
import dev.ottla.benchmarks.report.Aim;
import dev.ottla.benchmarks.rounds.Round;
import dev.ottla.benchmarks.rounds.Work;
import dev.ottla.benchmarks.rounds.Workloads;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Ten thousand partitions on one broker, and a Java producer over a thousand. */
final class ManyPartitions {
    private static final int TOPICS = 10;
    private static final int PARTITIONS_A_TOPIC = Settings.count("partitions.aTopic", 1_000);
    private static final int PARTITIONS = Settings.count("partitions.produced", 1_000);
    private static final long RECORDS = Settings.number("partitions.records", 300_000);
    private static final int RECORD_BYTES = 100;
    private static final int DEPTH = 16;
    private static final long RETRY_NANOS = 20_000_000;
    private static final long PATIENCE_NANOS = 600_000_000_000L;
    private static final String TOPIC = "spread";

    private ManyPartitions() {}

    static List<Work> works() {
        return List.of(
                Work.of(
                        "partitions",
                        "ten topics of 1,000 partitions: create, restarts, memory",
                        ManyPartitions::partitions),
                Work.of(
                        "produce-partitions",
                        "100 B over 1,000 partitions in turn, Java producer's defaults",
                        ManyPartitions::produce));
    }

    private static void partitions(Round round) throws Exception {
        Round.Node node = round.node();
        String all = TOPICS * PARTITIONS_A_TOPIC + " partitions, ";
        try (BrokerProcess broker = node.start()) {
            StartProbe.answeredMs(broker);
            create(round, broker, all);
            double start = System.nanoTime();
            broker.stop();
            round.add(all + "clean stop, ms", (System.nanoTime() - start) / 1e6);
        }
        try (BrokerProcess broker = node.start()) {
            restarted(round, broker, all + "clean restart");
            round.add(all + "resident memory after a restart, MiB", broker.residentMib(), Aim.ratioAtMost(1.0 / 3));
            broker.kill();
        }
        try (BrokerProcess broker = node.start()) {
            restarted(round, broker, all + "restart after kill -9");
        }
    }

    private static void restarted(Round round, BrokerProcess broker, String what) throws IOException {
        reach(broker, 1, 1);
        round.add(what + " to the first acknowledged record, ms", sinceStartMs(broker));
        reach(broker, TOPICS, PARTITIONS_A_TOPIC);
        round.add(what + " until each has acknowledged a record, ms", sinceStartMs(broker), Aim.ratioAtMost(1.0 / 15));
        round.add(what + ", broker CPU s", broker.cpuSeconds());
    }

    private static double sinceStartMs(BrokerProcess broker) {
        return (System.nanoTime() - broker.startedNanos()) / 1e6;
    }

    private static void create(Round round, BrokerProcess broker, String all) throws Exception {
        try (Admin admin = Admin.create(Map.of(
                "bootstrap.servers", broker.bootstrap(),
                "default.api.timeout.ms", 600_000,
                "request.timeout.ms", 600_000))) {
            admin.describeCluster().nodes().get();
            Usage before = broker.usage();
            double start = System.nanoTime();
            for (int topic = 0; topic < TOPICS; topic++) {
                admin.createTopics(List.of(new NewTopic(name(topic), PARTITIONS_A_TOPIC, (short) 1)))
                        .all()
                        .get();
            }
            round.add(all + "create, answered, ms", (System.nanoTime() - start) / 1e6);
            reach(broker, TOPICS, PARTITIONS_A_TOPIC);
            round.add(
                    all + "create until each has acknowledged a record, ms",
                    (System.nanoTime() - start) / 1e6,
                    Aim.ratioAtMost(0.2));
            round.used(all + "create", broker.usage().since(before), 0, 0, 0);
            round.add(all + "resident memory after creating, MiB", broker.residentMib(), Aim.ratioAtMost(1.0 / 3));
        }
    }

    /** A record acknowledged by every partition of the first topics, one topic after the other, so that one that is not served yet is asked for alone. */
    private static void reach(BrokerProcess broker, int topics, int partitions) throws IOException {
        // Cheaper to ask, while the broker needs the processors to start.
        StartProbe.answeredMs(broker);
        Batch batch = Batch.of(1, RECORD_BYTES);
        for (int topic = 0; topic < topics; topic++) {
            long end = System.nanoTime() + PATIENCE_NANOS;
            while (!isReached(broker, name(topic), partitions, batch)) {
                if (System.nanoTime() > end || !broker.isAlive()) {
                    throw new IOException(name(topic) + " is not served");
                }
                LockSupport.parkNanos(RETRY_NANOS);
            }
        }
    }

    private static boolean isReached(BrokerProcess broker, String topic, int partitions, Batch batch) {
        try (LoadGenerator load = new LoadGenerator(broker.port(), DEPTH)) {
            load.produce(1, topic, partitions, batch);
            load.each(partitions);
            return true;
        } catch (IOException | UncheckedIOException notYet) {
            return false;
        }
    }

    private static String name(int topic) {
        return "wide-" + topic;
    }

    private static void produce(Round round) throws Exception {
        AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
        byte[] payload = Workloads.payloads(1, RECORD_BYTES, RECORD_BYTES)[0];
        try (BrokerProcess broker = round.start()) {
            Workloads.createTopic(broker.bootstrap(), TOPIC, PARTITIONS);
            try (KafkaProducer<byte[], byte[]> producer = Workloads.producer(broker.bootstrap(), Map.of())) {
                producer.partitionsFor(TOPIC);
                Usage before = broker.usage();
                double start = System.nanoTime();
                for (long i = 0; i < RECORDS; i++) {
                    var record = new ProducerRecord<byte[], byte[]>(TOPIC, (int) (i % PARTITIONS), null, payload);
                    var _ = producer.send(record, (where, problem) -> {
                        if (problem != null) {
                            failure.compareAndSet(null, problem);
                        }
                    });
                }
                producer.flush();
                double seconds = (System.nanoTime() - start) / 1e9;
                Usage used = broker.usage().since(before);
                Exception problem = failure.get();
                if (problem != null) {
                    throw problem;
                }
                String what = "produce 100 B over " + PARTITIONS + " partitions, ";
                round.add(what + "records/s", RECORDS / seconds, Aim.ratioAtLeast(3));
                round.add(what + "broker CPU s/M records", used.cpuSeconds() / (RECORDS / 1e6), Aim.ratioAtMost(0.25));
                round.used(what.strip(), used, RECORDS, RECORDS * RECORD_BYTES, 0);
            }
        }
    }
}
