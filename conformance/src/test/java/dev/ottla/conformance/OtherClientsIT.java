package dev.ottla.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** kcat, two Python clients and kafkajs, alone and with the Java client on the other side. */
@ExtendWith(SharedBroker.class)
class OtherClientsIT {
    private static final int KEYS = 20;

    private final Target broker;
    private final ObjectMapper json = new ObjectMapper();

    OtherClientsIT(Target broker) {
        this.broker = broker;
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "gzip", "snappy", "lz4", "zstd"})
    void kcatReadsWhatItWrote(String codec) throws Exception {
        // Given a topic
        String topic = "kcat-" + codec;
        JavaClient.createTopic(broker, topic, 2);
        List<String> written =
                IntStream.range(0, 200).mapToObj(i -> "line " + i).toList();
        // When kcat writes to one partition
        Command.runWith(
                        String.join("\n", written),
                        OtherClients.kcat(),
                        "-P",
                        "-b",
                        broker.bootstrap(),
                        "-t",
                        topic,
                        "-p",
                        "1",
                        "-z",
                        codec)
                .ok();
        // Then kcat reads the same lines back, in order, and so does the Java client
        assertThat(kcatLines(topic, "-p", "1", "-f", "%s\n")).isEqualTo(written);
        assertThat(JavaClient.readAll(broker, topic, 2, 200))
                .extracting(ConsumerRecord::value)
                .isEqualTo(written);
    }

    @Test
    void kcatsTransactionsAreReadOnceTheyAreCommitted() throws Exception {
        // Given a topic where a transaction was aborted
        String topic = "kcat-transactions";
        JavaClient.createTopic(broker, topic, 2);
        try (var producer = JavaClient.producer(broker, Map.of("transactional.id", "kcat-not"))) {
            producer.initTransactions();
            producer.beginTransaction();
            var _ = producer.send(new ProducerRecord<>(topic, 1, null, "aborted"));
            producer.flush();
            producer.abortTransaction();
        }
        // When kcat writes in transactions, of which it makes one a run
        List<String> written = new ArrayList<>();
        for (int run = 0; run < 3; run++) {
            List<String> lines = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                lines.add("run " + run + " line " + i);
            }
            Command.runWith(
                            String.join("\n", lines),
                            OtherClients.kcat(),
                            "-P",
                            "-b",
                            broker.bootstrap(),
                            "-t",
                            topic,
                            "-p",
                            "1",
                            "-X",
                            "transactional.id=kcat")
                    .ok();
            written.addAll(lines);
        }
        // Then who reads what is committed reads that, with kcat and in Java
        assertThat(kcatLines(topic, "-p", "1", "-X", "isolation.level=read_committed", "-f", "%s\n"))
                .isEqualTo(written);
        try (var committed = JavaClient.consumer(broker, Map.of("isolation.level", "read_committed"))) {
            committed.assign(List.of(new TopicPartition(topic, 1)));
            committed.seekToBeginning(committed.assignment());
            List<String> read = new ArrayList<>();
            await().atMost(20, TimeUnit.SECONDS).until(() -> {
                committed.poll(Duration.ofMillis(50)).forEach(record -> read.add(record.value()));
                return read.size() >= written.size();
            });
            assertThat(read).isEqualTo(written);
        }
        // And the log has a marker behind each transaction
        assertThat(kcatLines(topic, "-p", "1", "-X", "isolation.level=read_uncommitted", "-f", "%o\n"))
                .hasSize(301)
                .contains("0", "2", "103", "204")
                .doesNotContain("1", "102", "203");
    }

    @Test
    void kcatAsksForMetadataOffsetsAndTimes() throws Exception {
        // Given a topic with records of known times
        String topic = "kcat-asks";
        JavaClient.createTopic(broker, topic, 2);
        try (var producer = JavaClient.producer(broker, Map.of())) {
            for (int i = 0; i < 3; i++) {
                producer.send(new ProducerRecord<>(topic, 0, Batches.TIME_MS + i, "k", "v" + i))
                        .get();
            }
        }
        // When kcat lists, queries and reads from the end, then it gets what is there
        JsonNode metadata =
                json.readTree(Command.run(OtherClients.kcat(), "-L", "-J", "-b", broker.bootstrap(), "-t", topic)
                        .ok());
        assertThat(metadata.path("topics").get(0).path("partitions")).hasSize(2);
        assertThat(metadata.path("brokers")).hasSize(1);
        String found = Command.run(
                        OtherClients.kcat(),
                        "-Q",
                        "-b",
                        broker.bootstrap(),
                        "-t",
                        topic + ":0:" + (Batches.TIME_MS + 1))
                .ok();
        assertThat(found).contains("[0] offset 1");
        assertThat(kcatLines(topic, "-p", "0", "-o", "-1", "-f", "%o %T\n"))
                .containsExactly("2 " + (Batches.TIME_MS + 2));
    }

    @Test
    void aKeyHasTheSamePartitionForEveryClient() throws Exception {
        // Given a topic with five partitions
        String topic = "one-key-one-partition";
        JavaClient.createTopic(broker, topic, 5);
        // When Java, librdkafka with Java's hash, and kafkajs write the same keys
        try (var producer = JavaClient.producer(broker, Map.of())) {
            for (int i = 0; i < KEYS; i++) {
                producer.send(new ProducerRecord<>(topic, "key-" + i, "java")).get();
            }
        }
        String lines =
                IntStream.range(0, KEYS).mapToObj(i -> "key-" + i + ":kcat").collect(Collectors.joining("\n"));
        Command.runWith(
                        lines,
                        OtherClients.kcat(),
                        "-P",
                        "-b",
                        broker.bootstrap(),
                        "-t",
                        topic,
                        "-K",
                        ":",
                        "-X",
                        "topic.partitioner=murmur2_random")
                .ok();
        // Then each key is on one partition, whoever reads it
        List<ConsumerRecord<String, String>> read = JavaClient.readAll(broker, topic, 5, 2 * KEYS);
        Map<String, Set<Integer>> placed = new TreeMap<>();
        read.forEach(r -> placed.computeIfAbsent(r.key(), _ -> new TreeSet<>()).add(r.partition()));
        assertThat(placed).hasSize(KEYS);
        assertThat(placed.values()).allMatch(partitions -> partitions.size() == 1);
        Map<String, Set<Integer>> byKcat = new HashMap<>();
        kcatLines(topic, "-f", "%k %p\n")
                .forEach(line -> byKcat.computeIfAbsent(line.substring(0, line.indexOf(' ')), _ -> new TreeSet<>())
                        .add(Integer.parseInt(line.substring(line.indexOf(' ') + 1))));
        assertThat(byKcat).isEqualTo(placed);
    }

    @Test
    void pythonKafkaProducesConsumesAndAdministers() throws Exception {
        JsonNode saw = json.readTree(
                OtherClients.python("kafka", "python3-kafka", "kafka_python.py", broker.bootstrap(), "python-kafka")
                        .ok());
        assertThat(saw.path("createdAgain").asText()).isEqualTo("TopicAlreadyExistsError");
        assertThat(saw.path("listed").asBoolean()).isTrue();
        assertThat(saw.path("values")).hasSize(60);
        assertThat(saw.path("placed")).hasSize(KEYS).allMatch(partitions -> partitions.size() == 1);
        assertThat(saw.path("ends").asInt()).isEqualTo(60);
        assertThat(saw.path("begins").asInt()).isZero();
        assertThat(saw.path("fromTheFirst")).allMatch(offset -> offset.asInt() == 0);
    }

    @Test
    void confluentKafkaProducesConsumesAndAdministers() throws Exception {
        JsonNode saw = json.readTree(OtherClients.python(
                        "confluent_kafka", "python3-confluent-kafka", "confluent.py", broker.bootstrap(), "confluent")
                .ok());
        assertThat(saw.path("errors")).isEmpty();
        assertThat(saw.path("unsent").asInt()).isZero();
        assertThat(saw.path("read").asInt()).isEqualTo(100);
        assertThat(saw.path("watermarks").asInt()).isEqualTo(100);
        assertThat(saw.path("placed")).hasSize(KEYS).allMatch(partitions -> partitions.size() == 1);
        assertThat(saw.path("cleanup").get(0).asText()).isEqualTo("delete");
    }

    @Test
    void aGroupOfKcatsReadsEverythingOnce() throws Exception {
        // Given a topic with records
        String topic = "kcat-group";
        JavaClient.createTopic(broker, topic, 3);
        List<String> written =
                IntStream.range(0, 300).mapToObj(i -> "line " + i).toList();
        Command.runWith(String.join("\n", written), OtherClients.kcat(), "-P", "-b", broker.bootstrap(), "-t", topic)
                .ok();
        // When a group reads up to the end, twice
        List<String> first = kcatGroup(topic);
        List<String> second = kcatGroup(topic);
        // Then the first has all, and the second goes on where that ended
        assertThat(first).containsExactlyInAnyOrderElementsOf(written);
        assertThat(second).isEmpty();
    }

    private List<String> kcatGroup(String topic) {
        return Command.run(
                        OtherClients.kcat(),
                        "-b",
                        broker.bootstrap(),
                        "-q",
                        "-e",
                        "-X",
                        "auto.offset.reset=earliest",
                        "-G",
                        topic,
                        topic)
                .lines();
    }

    @Test
    void aGroupOfConfluentKafkaSharesAndCommits() throws Exception {
        // When a Python group of librdkafka consumers comes and goes
        JsonNode saw = json.readTree(OtherClients.python(
                        "confluent_kafka",
                        "python3-confluent-kafka",
                        "confluent_group.py",
                        broker.bootstrap(),
                        "confluent-group")
                .ok());
        // Then each assignor shares all partitions, and commits stay
        for (String strategy : List.of("range", "cooperative-sticky")) {
            assertThat(saw.path(strategy).toString()).isEqualTo("[0,1,2,3]");
            assertThat(saw.path(strategy + " committed").toString()).isEqualTo("[-1001,-1001,-1001,7]");
        }
    }

    @Test
    void kafkaJsProducesAndAdministers() throws Exception {
        // When kafkajs makes a topic, writes to it and changes it
        JsonNode saw = json.readTree(
                OtherClients.kafkaJs("tour.js", broker.bootstrap(), "kafkajs").ok());
        // Then it saw what it did
        assertThat(saw.path("created").asBoolean()).isTrue();
        assertThat(saw.path("createdAgain").asBoolean()).isFalse();
        assertThat(saw.path("errors").asInt()).isZero();
        assertThat(saw.path("partitions").asInt()).isEqualTo(3);
        assertThat(saw.path("retention").asText()).isEqualTo("3600000");
        assertThat(saw.path("brokers").asInt()).isEqualTo(1);
        assertThat(saw.path("listed").asBoolean()).isTrue();
        // And the Java client reads it, each key where Java would have put it
        List<ConsumerRecord<String, String>> read = JavaClient.readAll(broker, "kafkajs", 4, 2 * KEYS + 1);
        assertThat(read).allMatch(r -> r.partition() == javaPartition(r.key(), 3));
    }

    @Test
    void kafkaJsGroupsShareATopic() throws Exception {
        // When two kafkajs consumers share a topic, and one leaves
        JsonNode saw = json.readTree(OtherClients.kafkaJs("group.js", broker.bootstrap(), "kafkajs-group")
                .ok());
        // Then all was read, half of the first part by either, and all of it is committed
        assertThat(saw.toString()).isEqualTo("{\"seen\":80,\"bySecond\":20,\"committed\":80,\"state\":\"Empty\"}");
    }

    @Test
    void confluentKafkaCommitsAndAborts() throws Exception {
        // When a Python producer of librdkafka commits, aborts and takes offsets along
        JsonNode saw = json.readTree(OtherClients.python(
                        "confluent_kafka",
                        "python3-confluent-kafka",
                        "confluent_txn.py",
                        broker.bootstrap(),
                        "confluent-txn")
                .ok());
        // Then its consumer reads what was committed, and no aborted offset counts
        assertThat(saw.path("values").toString()).isEqualTo("[\"a0\",\"a1\",\"a2\",\"c0\",\"c1\",\"c2\"]");
        assertThat(saw.path("committed 7").asInt()).isEqualTo(7);
        assertThat(saw.path("committed 2").asInt()).isEqualTo(7);
    }

    @Test
    void kafkaJsCommitsAndAborts() throws Exception {
        JsonNode saw = json.readTree(OtherClients.kafkaJs("txn.js", broker.bootstrap(), "kafkajs-txn")
                .ok());
        assertThat(saw.toString()).isEqualTo("{\"values\":[\"a0\",\"a1\",\"c0\",\"c1\"],\"offsets\":[\"4\",\"4\"]}");
    }

    private static int javaPartition(String key, int partitions) {
        return org.apache.kafka.clients.producer.internals.BuiltInPartitioner.partitionForKey(
                Batches.utf8(key), partitions);
    }

    private List<String> kcatLines(String topic, String... more) {
        List<String> command = new java.util.ArrayList<>(
                List.of(OtherClients.kcat(), "-C", "-q", "-e", "-b", broker.bootstrap(), "-t", topic));
        if (!List.of(more).contains("-o")) {
            command.addAll(List.of("-o", "beginning"));
        }
        command.addAll(List.of(more));
        return Command.run(command.toArray(String[]::new)).lines();
    }
}
