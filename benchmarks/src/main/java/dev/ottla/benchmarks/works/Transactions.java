package dev.ottla.benchmarks.works;

import dev.ottla.benchmarks.broker.BrokerProcess;
import dev.ottla.benchmarks.rounds.Round;
import dev.ottla.benchmarks.rounds.Work;
import dev.ottla.benchmarks.rounds.Workloads;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * What transactions cost beside Apache Kafka: Java producers that commit after 1, 10, 100 and 1,000 records of 100 bytes over six partitions.
 */
public final class Transactions {
    private static final int[] RECORDS = {1, 10, 100, 1_000};
    private static final int[] PRODUCERS = {1, 8};
    private static final int PARTITIONS = 6;
    private static final int RECORD_BYTES = 100;
    private static final long WARM_UP_NANOS = 3_000_000_000L;
    private static final long NANOS = Long.getLong("ottla.benchmark.seconds", 5) * 1_000_000_000L;

    private final Round round;

    private Transactions(Round round) {
        this.round = round;
    }

    /** The work of this name. */
    public static Work work() {
        return Work.of(
                "transactions",
                "Java producers that commit after 1, 10, 100 and 1,000 records",
                round -> new Transactions(round).run());
    }

    private void run() throws Exception {
        try (BrokerProcess broker = round.start()) {
            Workloads.firstAcknowledgedMs(broker);
            Workloads.createTopic(broker.bootstrap(), "t", PARTITIONS);
            var _ = run(broker, 2, 100, WARM_UP_NANOS);
            for (int producers : PRODUCERS) {
                for (int records : RECORDS) {
                    measure(broker, producers, records);
                }
            }
        }
    }

    private void measure(BrokerProcess broker, int producers, int records) throws Exception {
        double cpuBefore = broker.cpuSeconds();
        Result result = run(broker, producers, records, NANOS);
        double cpu = broker.cpuSeconds() - cpuBefore;
        String what = producers + (producers == 1 ? " producer, " : " producers, ") + records
                + (records == 1 ? " record" : " records") + " a transaction, ";
        round.add(what + "transactions/s", result.commitNanos().size() / result.seconds());
        round.add(what + "commit p50 ms", result.commitMs(50));
        round.add(what + "commit p99 ms", result.commitMs(99));
        round.add(
                what + "broker CPU ms a transaction",
                cpu * 1e3 / result.commitNanos().size());
    }

    /** @param commitNanos of each commit, ascending */
    private record Result(List<Long> commitNanos, double seconds) {
        double commitMs(int percentile) {
            return commitNanos.get(Math.min(commitNanos.size() - 1, commitNanos.size() * percentile / 100)) / 1e6;
        }
    }

    private static Result run(BrokerProcess broker, int producers, int records, long nanos) throws Exception {
        List<Future<List<Long>>> running = new ArrayList<>();
        long started = System.nanoTime();
        try (ExecutorService threads = Executors.newFixedThreadPool(producers)) {
            for (int i = 0; i < producers; i++) {
                String id = "id-" + records + "-" + producers + "-" + i + "-" + started;
                running.add(threads.submit(() -> produce(broker, id, records, nanos)));
            }
        }
        List<Long> commits = new ArrayList<>();
        for (Future<List<Long>> one : running) {
            commits.addAll(one.get());
        }
        return new Result(commits.stream().sorted().toList(), nanos / 1e9);
    }

    private static List<Long> produce(BrokerProcess broker, String id, int records, long nanos) {
        byte[] value = "x".repeat(RECORD_BYTES).getBytes(StandardCharsets.UTF_8);
        Map<String, Object> settings = new HashMap<>(Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                broker.bootstrap(),
                ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                id,
                ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG,
                ByteArraySerializer.class,
                ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG,
                ByteArraySerializer.class));
        List<Long> commits = new ArrayList<>();
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(settings)) {
            producer.initTransactions();
            long end = System.nanoTime() + nanos;
            int next = 0;
            while (System.nanoTime() < end) {
                producer.beginTransaction();
                for (int i = 0; i < records; i++) {
                    var _ = producer.send(new ProducerRecord<>("t", next++ % PARTITIONS, null, value));
                }
                long before = System.nanoTime();
                producer.commitTransaction();
                commits.add(System.nanoTime() - before);
            }
        }
        return commits;
    }
}
