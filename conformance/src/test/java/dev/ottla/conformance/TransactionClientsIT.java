package dev.ottla.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FeatureUpdate;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.admin.UpdateFeaturesOptions;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Java producers with transactions, and consumers that read what is committed. */
class TransactionClientsIT {
    private static final Duration POLL = Duration.ofMillis(50);
    private static final int CHAIN_RECORDS = Integer.getInteger("ottla.txn.records", 20_000);
    private static final long CHAIN_SEED = Long.getLong("ottla.txn.seed", 20261123L);
    private static final int CHAIN_KILLS = Integer.getInteger("ottla.txn.kills", 3);

    @TempDir
    private Path folder;

    private Target broker;

    @BeforeEach
    void start() {
        broker = SharedBroker.start(folder, Map.of());
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    private KafkaProducer<String, String> producer(String id, int timeoutMs) {
        return JavaClient.producer(broker, Map.of("transactional.id", id, "transaction.timeout.ms", timeoutMs));
    }

    private KafkaConsumer<String, String> reader(String level, String topic, int partitions) {
        var consumer = JavaClient.consumer(broker, Map.of("isolation.level", level));
        consumer.assign(JavaClient.partitions(topic, partitions));
        consumer.seekToBeginning(consumer.assignment());
        return consumer;
    }

    private static List<String> read(KafkaConsumer<String, String> consumer, int count) {
        List<String> values = new ArrayList<>();
        await().atMost(20, TimeUnit.SECONDS).until(() -> {
            consumer.poll(POLL).forEach(record -> values.add(record.value()));
            return values.size() >= count;
        });
        return values;
    }

    private static void send(KafkaProducer<String, String> producer, String topic, int partition, String... values) {
        for (String value : values) {
            var _ = producer.send(new ProducerRecord<>(topic, partition, "k", value));
        }
    }

    @Test
    void whatIsCommittedIsReadAndWhatIsAbortedIsNot() throws Exception {
        // Given a producer that commits, aborts and commits over two partitions
        JavaClient.createTopic(broker, "t", 2);
        try (var producer = producer("id", 60_000)) {
            producer.initTransactions();
            for (int i = 0; i < 20; i++) {
                producer.beginTransaction();
                send(producer, "t", i % 2, "a" + i, "b" + i);
                if (i % 4 == 3) {
                    producer.flush();
                    producer.abortTransaction();
                } else {
                    producer.commitTransaction();
                }
            }
        }

        // Then one who reads what is committed gets just that, in order
        try (var committed = reader("read_committed", "t", 2)) {
            List<String> values = read(committed, 30);
            assertThat(values).hasSize(30).noneMatch(value -> value.endsWith("3") && value.length() == 2);
            assertThat(values.stream().filter(value -> Integer.parseInt(value.substring(1)) % 2 == 0))
                    .containsExactlyElementsOf(IntStream.range(0, 10)
                            .boxed()
                            .flatMap(i -> List.of("a" + 2 * i, "b" + 2 * i).stream())
                            .toList());
        }
        // And who reads anything gets all
        try (var all = reader("read_uncommitted", "t", 2)) {
            assertThat(read(all, 40)).hasSize(40);
        }
    }

    @Test
    void aCommitWakesWhoWaits() throws Exception {
        // Given a consumer that waits for committed records, for long
        JavaClient.createTopic(broker, "t", 1);
        var settings = new HashMap<String, Object>(Map.of("isolation.level", "read_committed"));
        settings.put("fetch.max.wait.ms", "20000");
        try (var producer = producer("id", 60_000);
                var consumer = JavaClient.consumer(broker, settings)) {
            consumer.assign(JavaClient.partitions("t", 1));
            producer.initTransactions();
            producer.beginTransaction();
            send(producer, "t", 0, "one");
            producer.flush();
            assertThat(consumer.poll(Duration.ofMillis(500))).isEmpty();

            // When the transaction is committed, then its record is there, long before the wait is over
            producer.commitTransaction();
            assertThat(consumer.poll(Duration.ofSeconds(10))).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void offsetsGoWithTheTransaction(String protocol) throws Exception {
        // Given a consumer that has read five records
        JavaClient.createTopic(broker, "in", 1);
        RunningConsumer.produce(broker, "in", 1, 0, 5);
        TopicPartition partition = new TopicPartition("in", 0);
        try (var producer = producer("id", 60_000);
                var consumer = JavaClient.consumer(broker, Map.of("group.id", "g", "group.protocol", protocol))) {
            producer.initTransactions();
            consumer.subscribe(List.of("in"));
            assertThat(read(consumer, 5)).hasSize(5);

            // When a transaction with its offsets is aborted, then they do not count
            producer.beginTransaction();
            producer.sendOffsetsToTransaction(Map.of(partition, new OffsetAndMetadata(3)), consumer.groupMetadata());
            producer.abortTransaction();
            assertThat(consumer.committed(Set.of(partition)).get(partition)).isNull();

            // And when one is committed, then they do
            producer.beginTransaction();
            producer.sendOffsetsToTransaction(Map.of(partition, new OffsetAndMetadata(5)), consumer.groupMetadata());
            producer.commitTransaction();
            assertThat(consumer.committed(Set.of(partition)).get(partition).offset())
                    .isEqualTo(5);
        }
    }

    @ParameterizedTest
    @ValueSource(shorts = {1, 2})
    void theEpochRisesWithEachTransactionAtLevelTwoOnly(short level) throws Exception {
        // Given a cluster at a level of transaction.version
        JavaClient.createTopic(broker, "t", 1);
        try (Admin admin = JavaClient.admin(broker);
                var producer = producer("id", 60_000)) {
            if (level < 2) {
                FeatureUpdate down = new FeatureUpdate(level, FeatureUpdate.UpgradeType.UNSAFE_DOWNGRADE);
                admin.updateFeatures(Map.of("transaction.version", down), new UpdateFeaturesOptions())
                        .all()
                        .get();
            }
            await().until(() -> admin.describeFeatures()
                            .featureMetadata()
                            .get()
                            .finalizedFeatures()
                            .get("transaction.version")
                            .maxVersionLevel()
                    == level);

            // When a producer commits and aborts
            producer.initTransactions();
            List<Integer> epochs = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                producer.beginTransaction();
                send(producer, "t", 0, "v" + i);
                producer.flush();
                epochs.add(admin.describeTransactions(List.of("id"))
                        .description("id")
                        .get()
                        .producerEpoch());
                if (i % 2 == 0) {
                    producer.commitTransaction();
                } else {
                    producer.abortTransaction();
                }
            }

            // Then each transaction has an epoch of its own, or they all have one
            assertThat(epochs).isEqualTo(level == 2 ? List.of(0, 1, 2, 3) : List.of(0, 0, 0, 0));
            try (var committed = reader("read_committed", "t", 1)) {
                assertThat(read(committed, 2)).containsExactly("v0", "v2");
            }
        }
    }

    @Test
    void aSecondProducerFencesTheFirst() throws Exception {
        // Given a producer in the middle of a transaction
        JavaClient.createTopic(broker, "t", 1);
        try (var first = producer("id", 60_000);
                var second = producer("id", 60_000)) {
            first.initTransactions();
            first.beginTransaction();
            send(first, "t", 0, "lost");
            first.flush();

            // When another begins with the same id and commits
            second.initTransactions();
            second.beginTransaction();
            send(second, "t", 0, "kept");
            second.commitTransaction();

            // Then the first one finds itself fenced, and what it left is aborted
            assertThatThrownBy(first::commitTransaction)
                    .isInstanceOfAny(ProducerFencedException.class, InvalidProducerEpochException.class);
            try (var committed = reader("read_committed", "t", 1)) {
                assertThat(read(committed, 1)).containsExactly("kept");
            }
        }
    }

    @Test
    void whatASilentProducerLeftIsAbortedWhenItsTimeIsOver() throws Exception {
        // Given a producer that falls silent in a transaction, and another that goes on behind it
        JavaClient.createTopic(broker, "t", 1);
        try (var silent = producer("silent", 1_000)) {
            silent.initTransactions();
            silent.beginTransaction();
            send(silent, "t", 0, "lost");
            silent.flush();
            RunningConsumer.produce(broker, "t", 1, 7, 8);

            // When its time is over, then what lies behind can be read
            try (var committed = reader("read_committed", "t", 1)) {
                assertThat(read(committed, 1)).containsExactly("v7");
            }
            assertThatThrownBy(silent::commitTransaction).isInstanceOf(KafkaException.class);
        }
    }

    /** Read, process, write: what goes in comes out once, whoever dies. {@code -Dottla.txn.records=1000000 -Dottla.txn.kills=20} for long. */
    @Test
    void aChainIsExactlyOnceThroughDeathsAndKills(@TempDir Path itsFolder) throws Exception {
        // Given a topic of records, and three processors that die now and then
        Path errors = itsFolder.resolve("errors");
        Map<String, String> settings = new HashMap<>(SharedBroker.SETTINGS);
        BrokerProcess process = BrokerProcess.start(itsFolder.resolve("data"), errors, settings);
        settings.put("listeners", "PLAINTEXT://127.0.0.1:" + process.port());
        JavaClient.createTopic(process, "in", 3);
        JavaClient.createTopic(process, "out", 3);
        RunningConsumer.produce(process, "in", 3, 0, CHAIN_RECORDS);
        List<ChainProcessor> processors = new ArrayList<>();
        List<String> out = new ArrayList<>();
        try (var reader = JavaClient.consumer(process, Map.of("isolation.level", "read_committed"))) {
            reader.assign(JavaClient.partitions("out", 3));
            for (int i = 0; i < 3; i++) {
                processors.add(new ChainProcessor(process, "chain-" + i, CHAIN_SEED + i));
            }
            // When the broker is killed again and again while they work
            int kills = 0;
            long patienceNanos = TimeUnit.MINUTES.toNanos(2);
            long lastNanos = System.nanoTime();
            while (new HashSet<>(out).size() < CHAIN_RECORDS) {
                int before = out.size();
                reader.poll(POLL).forEach(record -> out.add(record.value()));
                if (out.size() > before) {
                    lastNanos = System.nanoTime();
                }
                assertThat(System.nanoTime() - lastNanos)
                        .as("seed %d: nothing has come since %d of %d", CHAIN_SEED, out.size(), CHAIN_RECORDS)
                        .isLessThan(patienceNanos);
                if (kills < CHAIN_KILLS && out.size() > (long) CHAIN_RECORDS * (kills + 1) / (CHAIN_KILLS + 1)) {
                    kills++;
                    process.kill();
                    process = BrokerProcess.start(itsFolder.resolve("data"), errors, settings);
                }
            }
            processors.forEach(ChainProcessor::close);
            awaitNothingOpen(process);
            assertThat(reader.poll(Duration.ofSeconds(1))).isEmpty();
        } finally {
            processors.forEach(ChainProcessor::close);
            process.close();
        }
        // Then what went in came out, once
        assertThat(out).as("seed %d: once each", CHAIN_SEED).hasSize(CHAIN_RECORDS);
        assertThat(new TreeSet<>(out)).hasSize(CHAIN_RECORDS);
        assertThat(processors.stream().mapToInt(ChainProcessor::deaths).sum()).isGreaterThan(3);
    }

    /** Transactions that were left end when their time is over: none hangs. */
    static void awaitNothingOpen(Target broker) {
        try (Admin admin = JavaClient.admin(broker)) {
            await().atMost(40, TimeUnit.SECONDS)
                    .until(() -> admin.listTransactions(new ListTransactionsOptions()
                                    .filterStates(Set.of(
                                            TransactionState.ONGOING,
                                            TransactionState.PREPARE_ABORT,
                                            TransactionState.PREPARE_COMMIT)))
                            .all()
                            .get()
                            .isEmpty());
        }
    }
}
