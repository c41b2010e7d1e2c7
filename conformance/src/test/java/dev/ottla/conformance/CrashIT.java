package dev.ottla.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.base.RandomSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InterruptException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills the broker with SIGKILL under load, again and again on one data folder, and reads everything back. A few rounds by default; many:
 * {@code -Dottla.crash.rounds=200 -Dottla.crash.seed=1}.
 */
class CrashIT {
    private static final int ROUNDS = Integer.getInteger("ottla.crash.rounds", 5);
    private static final long SEED = Long.getLong("ottla.crash.seed", 20_261_122);
    private static final int PARTITIONS = 4;
    private static final int PRODUCERS = 3;
    private static final List<String> CODECS = List.of("none", "lz4", "zstd");
    /** After so many rounds a topic is checked for the last time and deleted, so that a long run does not read more and more. */
    private static final int ROUNDS_OF_A_TOPIC = 4;
    /** The kill comes after at most so long under load, or so many acknowledgements, whichever is first: a fast machine has no more to read back. */
    private static final int MAX_LOAD_MS = 750;

    private static final int MAX_LOAD_RECORDS = 100_000;

    private final RandomSource random = RandomSource.seeded(SEED);
    private final AckedHistory acked = new AckedHistory();
    private final LongAdder ackedRecords = new LongAdder();
    private volatile String topic = "none yet";
    private final List<String> ackedTopics = new ArrayList<>();

    @Test
    void nothingAcknowledgedIsLost(@TempDir Path parent) throws Exception {
        Path folder = parent.resolve("data");
        System.out.println("crash rounds: " + ROUNDS + ", seed: " + SEED);
        try (BrokerProcess first = BrokerProcess.start(folder)) {
            createLoadTopic(first);
            first.kill();
        }
        for (int round = 0; round < ROUNDS; round++) {
            // Given a broker under load on what the last one left; when it is killed
            try (BrokerProcess broker = BrokerProcess.start(folder)) {
                verify(broker, "before round " + round);
                if (round > 0 && round % ROUNDS_OF_A_TOPIC == 0) {
                    replaceLoadTopic(broker);
                }
                loadAndKill(broker, round);
                System.out.println("round " + round + ": " + ackedRecords + " records acknowledged so far");
            }
        }
        // Then all that was acknowledged is there, and a clean stop and start change nothing
        int records;
        try (BrokerProcess broker = BrokerProcess.start(folder)) {
            records = verify(broker, "after the last kill");
            assertThat(broker.stop()).as("exit code of a clean stop").isIn(0, 143);
        }
        try (BrokerProcess broker = BrokerProcess.start(folder)) {
            assertThat(verify(broker, "after a clean stop")).isEqualTo(records);
        }
        assertThat(ackedRecords.sum()).as("acknowledged").isGreaterThan(ROUNDS * 100L);
    }

    private void createLoadTopic(Target broker) throws Exception {
        topic = "crash-load-" + ackedTopics.size();
        try (Admin admin = JavaClient.admin(broker)) {
            // Small segments, so that a kill meets rolls and index writes too.
            var load = new NewTopic(topic, PARTITIONS, (short) 1).configs(Map.of("segment.bytes", "1048576"));
            admin.createTopics(List.of(load)).all().get();
        }
    }

    private void replaceLoadTopic(Target broker) throws Exception {
        String old = topic;
        createLoadTopic(broker);
        try (Admin admin = JavaClient.admin(broker)) {
            admin.deleteTopics(List.of(old)).all().get();
        }
        acked.forget(old);
    }

    private void loadAndKill(BrokerProcess broker, int round) throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        CountDownLatch running = new CountDownLatch(PRODUCERS);
        CountDownLatch enough = new CountDownLatch(between(1_000, MAX_LOAD_RECORDS));
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < PRODUCERS; i++) {
            int producer = i;
            threads.add(Thread.ofPlatform().start(() -> produce(broker, round, producer, running, enough, stop)));
        }
        assertThat(running.await(60, TimeUnit.SECONDS)).as("load runs").isTrue();
        createAndConfigure(broker, "crash-" + round);
        // Whichever comes first: the kill hits a broker at work.
        boolean _ = enough.await(between(50, MAX_LOAD_MS), TimeUnit.MILLISECONDS);
        broker.kill();
        stop.set(true);
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private int between(int least, int most) {
        return least + (int) Long.remainderUnsigned(random.nextLong(), most - least + 1L);
    }

    private void produce(
            Target broker, int round, int number, CountDownLatch running, CountDownLatch enough, AtomicBoolean stop) {
        // It never gives a batch up before the kill: Kafka's producer then begins a new epoch and sends again what may
        // have arrived, under
        // numbers that no broker can know for the same. What is there twice is the broker's doing.
        Map<String, Object> config = Map.of(
                "compression.type", CODECS.get(number % CODECS.size()), "linger.ms", number, "max.block.ms", 500);
        KafkaProducer<String, String> producer = JavaClient.producer(broker, config);
        AtomicBoolean heard = new AtomicBoolean();
        for (int i = 0; !stop.get(); i++) {
            String value = round + "/" + number + "/" + i + "/" + "x".repeat(i % 300);
            ProducerRecord<String, String> record = new ProducerRecord<>(topic, i % PARTITIONS, "k" + number, value);
            // The callback has the answer; the future would say the same.
            var _ = producer.send(record, (where, error) -> {
                if (error == null) {
                    ackedRecords.increment();
                    acked.add(new TopicPartition(where.topic(), where.partition()), where.offset(), value);
                    if (heard.compareAndSet(false, true)) {
                        running.countDown();
                    }
                    enough.countDown();
                }
            });
        }
        try {
            producer.close(Duration.ZERO);
        } catch (InterruptException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A topic and a setting whose creation was acknowledged must be there after the kill as well. */
    private void createAndConfigure(Target broker, String topic) throws Exception {
        try (Admin admin = JavaClient.admin(broker)) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
            ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
            var change = new AlterConfigOp(new ConfigEntry("retention.ms", "86400123"), AlterConfigOp.OpType.SET);
            admin.incrementalAlterConfigs(Map.of(resource, List.of(change)))
                    .all()
                    .get();
            ackedTopics.add(topic);
        }
    }

    /** Reads every partition from its beginning; how many records there are. */
    private int verify(Target broker, String when) throws Exception {
        int count = 0;
        try (var consumer = JavaClient.consumer(broker, Map.of("max.poll.records", 5000))) {
            for (TopicPartition partition : JavaClient.partitions(topic, PARTITIONS)) {
                consumer.assign(List.of(partition));
                consumer.seekToBeginning(List.of(partition));
                int end = consumer.endOffsets(List.of(partition)).get(partition).intValue();
                List<ConsumerRecord<String, String>> records = JavaClient.poll(consumer, end);
                acked.check(
                        when,
                        partition,
                        records.stream()
                                .map(record -> new AckedHistory.Found(record.offset(), record.value()))
                                .toList(),
                        offset -> BatchesOnDisk.at(broker.dataFolder().resolve("data"), partition, offset));
                count += records.size();
            }
        }
        try (Admin admin = JavaClient.admin(broker)) {
            assertThat(admin.listTopics().names().get()).as(when).containsAll(ackedTopics);
            List<ConfigResource> topics = ackedTopics.stream()
                    .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                    .toList();
            admin.describeConfigs(topics)
                    .all()
                    .get()
                    .forEach((topic, config) -> assertThat(
                                    config.get("retention.ms").value())
                            .as("%s: retention.ms of %s", when, topic.name())
                            .isEqualTo("86400123"));
        }
        return count;
    }
}
