package dev.ottla.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.base.Clock;
import dev.ottla.base.RandomSource;
import dev.ottla.broker.config.BrokerSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.TopicPartitionReplica;
import org.apache.kafka.common.errors.KafkaStorageException;
import org.apache.kafka.common.errors.LogDirNotFoundException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker with two data folders and the Java client. */
class DataFoldersIT {
    private static final String TOPIC = "t";

    @TempDir
    private Path folder;

    private Path a;
    private Path b;

    @BeforeEach
    void folders() {
        a = folder.resolve("a");
        b = folder.resolve("b");
    }

    @Test
    void aMissingFoldersPartitionsAreOfflineUntilItIsBack() throws Exception {
        // Given a record in each of four partitions, two in each folder
        try (Broker broker = start(a, b);
                Admin admin = admin(broker)) {
            create(admin, TOPIC, 4);
            produce(broker, 0, 1, 2, 3);
            assertThat(partitionsIn(admin, a)).hasSize(2);
            assertThat(partitionsIn(admin, b)).hasSize(2);
        }

        // When the broker starts without the second, and with an empty one in its place
        Set<TopicPartition> inB;
        for (List<Path> folders : List.of(List.of(a), List.of(a, folder.resolve("empty")))) {
            try (Broker broker = start(folders.toArray(new Path[0]));
                    Admin admin = admin(broker)) {
                // Then what was in it has no leader, and nothing of it was made anew
                inB = leaderless(admin);
                assertThat(inB).hasSize(2);
                assertThat(partitionsIn(admin, a)).hasSize(2).doesNotContainAnyElementsOf(inB);
                if (folders.size() > 1) {
                    assertThat(partitionsIn(admin, folders.getLast())).isEmpty();
                }
                produce(
                        broker,
                        partitionsIn(admin, a).stream()
                                .mapToInt(TopicPartition::partition)
                                .toArray());
            }
        }

        // And when it is back, everything is
        try (Broker broker = start(a, b);
                Admin admin = admin(broker)) {
            assertThat(leaderless(admin)).isEmpty();
            produce(broker, 0, 1, 2, 3);
            assertThat(read(broker, 2 * 4 + 2 * 2)).hasSize(12);
        }
    }

    @Test
    void aFolderThatFailsTakesOnlyItsOwnPartitions() throws Exception {
        // Given
        FailingFiles disk = new FailingFiles(b);
        List<Throwable> fatal = new CopyOnWriteArrayList<>();
        BrokerPorts ports = new BrokerPorts(disk.files(), Clock.system(), RandomSource.secure());
        try (Broker broker = Broker.start(settings(a, b), ports, fatal::add);
                Admin admin = admin(broker);
                KafkaProducer<String, String> producer = producer(broker)) {
            create(admin, TOPIC, 2);
            produce(broker, 0, 1);
            int inA = partitionsIn(admin, a).iterator().next().partition();
            int inB = partitionsIn(admin, b).iterator().next().partition();

            // When the second's disk dies under a producer to both
            disk.lose();
            Future<RecordMetadata> lost = producer.send(new ProducerRecord<>(TOPIC, inB, null, "lost"));
            assertThatThrownBy(lost::get).isInstanceOf(ExecutionException.class);

            // Then its partition has no leader and the folder says so, the other goes on
            Awaitility.await()
                    .untilAsserted(() -> assertThat(leaderless(admin)).containsExactly(new TopicPartition(TOPIC, inB)));
            assertThat(describe(admin).get(b.toString()).error()).isInstanceOf(KafkaStorageException.class);
            assertThat(describe(admin).get(a.toString()).error()).isNull();
            producer.send(new ProducerRecord<>(TOPIC, inA, null, "goes on")).get();
            assertThat(read(broker, 2, inA)).hasSize(2);

            // And new partitions go where they can, and nothing can be moved into it
            create(admin, "later", 2);
            assertThat(partitionsIn(admin, a)).hasSize(3);
            assertThatThrownBy(() -> move(admin, inA, b)).hasCauseInstanceOf(KafkaStorageException.class);
            assertThat(broker.state()).isEqualTo(BrokerState.RUNNING);
        }
        assertThat(fatal).isEmpty();

        // And a restart on a sound disk serves what was acknowledged
        try (Broker broker = start(a, b);
                Admin admin = admin(broker)) {
            assertThat(leaderless(admin)).isEmpty();
            assertThat(read(broker, 3)).hasSize(3);
        }
    }

    @Test
    void aFolderThatCannotBeOpenedIsLeftOut() throws Exception {
        try (Broker broker = start(a, b);
                Admin admin = admin(broker)) {
            create(admin, TOPIC, 2);
        }
        Files.move(b, folder.resolve("aside"));
        Files.writeString(b, "not a folder");
        try (Broker broker = start(a, b);
                Admin admin = admin(broker)) {
            assertThat(leaderless(admin)).hasSize(1);
            assertThat(describe(admin).get(b.toString()).error()).isInstanceOf(KafkaStorageException.class);
        }
        assertThatThrownBy(() -> start(b)).isInstanceOf(IOException.class);
    }

    @Test
    void theMetadataStaysWhereItIs() throws Exception {
        // Given
        try (Broker broker = start(a, b);
                Admin admin = admin(broker)) {
            create(admin, TOPIC, 2);
        }
        // When the folders change places, then nothing begins anew unnoticed
        assertThatThrownBy(() -> start(b, a))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("metadata.log.dir=" + a);
        Map<String, String> told = Map.of("log.dirs", b + "," + a, "metadata.log.dir", a.toString());
        try (Broker broker = Broker.start(TestBrokers.settings(folder, told));
                Admin admin = admin(broker)) {
            assertThat(leaderless(admin)).isEmpty();
        }
    }

    @Test
    void aPartitionMovesUnderLoad() throws Exception {
        try (Broker broker = start(a, b);
                Admin admin = admin(broker)) {
            // Given a partition that is written and read all the time
            create(admin, TOPIC, 1);
            AtomicBoolean stop = new AtomicBoolean();
            AtomicBoolean written = new AtomicBoolean();
            AtomicInteger acknowledged = new AtomicInteger();
            AtomicReference<Exception> trouble = new AtomicReference<>();
            List<String> read = new ArrayList<>();
            Thread writer = Thread.ofPlatform().start(() -> write(broker, stop, acknowledged, trouble));
            Thread reader = Thread.ofPlatform().start(() -> follow(broker, written, acknowledged, read));
            Awaitility.await().until(() -> acknowledged.get() > 2000);

            // When it moves to and fro
            for (Path target : List.of(b, a, b)) {
                move(admin, 0, target);
                Awaitility.await()
                        .atMost(Duration.ofSeconds(30))
                        .until(() -> partitionsIn(admin, target).contains(new TopicPartition(TOPIC, 0)));
                int before = acknowledged.get();
                Awaitility.await().until(() -> acknowledged.get() > before + 500);
            }
            stop.set(true);
            writer.join();
            written.set(true);
            reader.join();

            // Then no send failed, and everything was read once, in order
            assertThat(trouble.get()).isNull();
            assertThat(read).hasSize(acknowledged.get());
            for (int i = 0; i < read.size(); i++) {
                assertThat(read.get(i)).isEqualTo("record " + i);
            }
            assertThat(partitionsIn(admin, a)).isEmpty();
            assertThat(leftovers(b)).isEmpty();
        }
        // And after a restart too
        try (Broker broker = start(a, b);
                Admin admin = admin(broker)) {
            assertThat(partitionsIn(admin, b)).containsExactly(new TopicPartition(TOPIC, 0));
            assertThat(leaderless(admin)).isEmpty();
        }
    }

    @Test
    void whatCannotMoveIsRefused() throws Exception {
        try (Broker broker = start(a, b);
                Admin admin = admin(broker)) {
            create(admin, TOPIC, 1);
            assertThatThrownBy(() -> move(admin, 0, folder.resolve("elsewhere")))
                    .hasCauseInstanceOf(LogDirNotFoundException.class);
            // To where it is: nothing happens
            move(admin, 0, a);
            assertThat(partitionsIn(admin, a)).containsExactly(new TopicPartition(TOPIC, 0));
        }
    }

    private static void write(
            Broker broker, AtomicBoolean stop, AtomicInteger acknowledged, AtomicReference<Exception> trouble) {
        try (KafkaProducer<String, String> producer = producer(broker)) {
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            for (int i = 0; !stop.get(); i++) {
                sent.add(producer.send(new ProducerRecord<>(TOPIC, 0, null, "record " + i), (metadata, failure) -> {
                    if (failure == null) {
                        acknowledged.incrementAndGet();
                    }
                }));
                if (i % 100 == 0) {
                    sent.getLast().get();
                }
            }
            for (Future<RecordMetadata> each : sent) {
                each.get();
            }
        } catch (ExecutionException | InterruptedException e) {
            trouble.set(e);
        }
    }

    private static void follow(Broker broker, AtomicBoolean written, AtomicInteger acknowledged, List<String> read) {
        try (KafkaConsumer<String, String> consumer = consumer(broker)) {
            consumer.assign(List.of(new TopicPartition(TOPIC, 0)));
            consumer.seekToBeginning(consumer.assignment());
            long giveUpNs = System.nanoTime() + Duration.ofSeconds(90).toNanos();
            while ((!written.get() || read.size() < acknowledged.get()) && System.nanoTime() < giveUpNs) {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(100))) {
                    read.add(record.value());
                }
            }
        }
    }

    private Broker start(Path... folders) throws IOException {
        return Broker.start(settings(folders));
    }

    private BrokerSettings settings(Path... folders) {
        String dirs =
                String.join(",", List.of(folders).stream().map(Path::toString).toList());
        return TestBrokers.settings(folder, Map.of("log.dirs", dirs));
    }

    private static Admin admin(Broker broker) {
        return Admin.create(Map.of("bootstrap.servers", broker.bootstrapAddress()));
    }

    private static void create(Admin admin, String topic, int partitions) throws Exception {
        admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1)))
                .all()
                .get();
    }

    private static void move(Admin admin, int partition, Path to) throws Exception {
        TopicPartitionReplica replica = new TopicPartitionReplica(TOPIC, partition, 1);
        admin.alterReplicaLogDirs(Map.of(replica, to.toString())).all().get();
    }

    private static Map<String, LogDirDescription> describe(Admin admin) throws Exception {
        return admin.describeLogDirs(List.of(1)).allDescriptions().get().get(1);
    }

    /** Without copies that still grow. */
    private static Set<TopicPartition> partitionsIn(Admin admin, Path folder) throws Exception {
        return describe(admin).get(folder.toString()).replicaInfos().entrySet().stream()
                .filter(each -> !each.getValue().isFuture())
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    private static Set<TopicPartition> leaderless(Admin admin) throws Exception {
        TopicDescription described =
                admin.describeTopics(List.of(TOPIC)).allTopicNames().get().get(TOPIC);
        return described.partitions().stream()
                .filter(partition -> partition.leader() == null)
                .map(TopicPartitionInfo::partition)
                .map(partition -> new TopicPartition(TOPIC, partition))
                .collect(Collectors.toSet());
    }

    private static List<Path> leftovers(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith("-future")).toList();
        }
    }

    private static void produce(Broker broker, int... partitions) throws Exception {
        try (KafkaProducer<String, String> producer = producer(broker)) {
            for (int partition : partitions) {
                producer.send(new ProducerRecord<>(TOPIC, partition, null, "value"))
                        .get();
            }
        }
    }

    private static List<String> read(Broker broker, int count, int... partitions) {
        try (KafkaConsumer<String, String> consumer = consumer(broker)) {
            List<TopicPartition> wanted = new ArrayList<>();
            if (partitions.length == 0) {
                consumer.partitionsFor(TOPIC).forEach(info -> wanted.add(new TopicPartition(TOPIC, info.partition())));
            }
            for (int partition : partitions) {
                wanted.add(new TopicPartition(TOPIC, partition));
            }
            consumer.assign(wanted);
            consumer.seekToBeginning(wanted);
            List<String> read = new ArrayList<>();
            Awaitility.await().until(() -> {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> read.add(record.value()));
                return read.size() >= count;
            });
            return read;
        }
    }

    private static KafkaProducer<String, String> producer(Broker broker) {
        return new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        broker.bootstrapAddress(),
                        "delivery.timeout.ms",
                        "10000",
                        "request.timeout.ms",
                        "5000",
                        "max.block.ms",
                        "10000"),
                new StringSerializer(),
                new StringSerializer());
    }

    private static KafkaConsumer<String, String> consumer(Broker broker) {
        return new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.bootstrapAddress(), "enable.auto.commit", "false"),
                new StringDeserializer(),
                new StringDeserializer());
    }
}
