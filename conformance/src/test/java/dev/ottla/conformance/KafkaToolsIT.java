package dev.ottla.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.InitProducerIdResponseData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The tools that come with Apache Kafka 4.3.1, each in a JVM of its own as its script starts it. */
@ExtendWith(SharedBroker.class)
class KafkaToolsIT {
    private static final String TOOLS = "org.apache.kafka.tools.";

    private final Target broker;

    KafkaToolsIT(Target broker) {
        this.broker = broker;
    }

    @Test
    void topicsAreCreatedListedDescribedAlteredAndDeleted() {
        String topic = "tools-topics";
        assertThat(topics("--create", "--topic", topic, "--partitions", "2", "--config", "retention.ms=1000")
                        .ok())
                .contains("Created topic " + topic);
        assertThat(topics("--list").lines()).contains(topic);
        assertThat(topics("--alter", "--topic", topic, "--partitions", "3").exitCode())
                .isZero();
        assertThat(topics("--describe", "--topic", topic).ok())
                .contains("PartitionCount: 3", "ReplicationFactor: 1", "retention.ms=1000", "Leader: 1");
        assertThat(topics("--create", "--topic", topic).exitCode()).isEqualTo(1);
        assertThat(topics("--delete", "--topic", topic).exitCode()).isZero();
        assertThat(topics("--list").lines()).doesNotContain(topic);
    }

    @Test
    void configsAreAlteredAndDescribed() throws Exception {
        String topic = "tools-configs";
        JavaClient.createTopic(broker, topic, 1);
        assertThat(configs("--alter", "--topic", topic, "--add-config", "segment.ms=60000")
                        .ok())
                .contains("Completed updating config");
        assertThat(configs("--describe", "--topic", topic).ok())
                .contains("segment.ms=60000", "DYNAMIC_TOPIC_CONFIG:segment.ms=60000");
        assertThat(configs("--alter", "--topic", topic, "--delete-config", "segment.ms")
                        .exitCode())
                .isZero();
        assertThat(configs("--describe", "--all", "--broker", "1").ok())
                .contains("num.partitions=1", "log.retention.ms=-1");
    }

    @Test
    void settingsOfAGroupAreAlteredAndDescribed() {
        // Given a group that nobody has heard of
        String group = "tools-group-configs";
        // When it is given a setting of its own, then it has it
        assertThat(configs("--alter", "--group", group, "--add-config", "consumer.heartbeat.interval.ms=7000")
                        .ok())
                .contains("Completed updating config");
        assertThat(configs("--describe", "--entity-type", "groups", "--entity-name", group)
                        .ok())
                .contains("consumer.heartbeat.interval.ms=7000", "GROUP_CONFIG:consumer.heartbeat.interval.ms=7000");
        // When one is out of bounds, then the tool says so
        Command.Output refused =
                configs("--alter", "--group", group, "--add-config", "consumer.session.timeout.ms=1000");
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.toString())
                .contains("must be greater than or equal to group.consumer.min.session.timeout.ms");
        // When it is taken back, then there is none
        assertThat(configs("--alter", "--group", group, "--delete-config", "consumer.heartbeat.interval.ms")
                        .exitCode())
                .isZero();
        assertThat(configs("--describe", "--group", group).ok()).doesNotContain("7000");
    }

    @Test
    void settingsOfAllGroupsAreDescribed() {
        // Given a broker of its own: the tool asks about every group, and refuses one without a name, which others' old
        // clients leave
        try (Target own = SharedBroker.start()) {
            KafkaToolsIT tools = new KafkaToolsIT(own);
            assertThat(tools.configs(
                                    "--alter",
                                    "--group",
                                    "all-one",
                                    "--add-config",
                                    "consumer.heartbeat.interval.ms=7000")
                            .ok())
                    .contains("Completed updating config");
            // When no group is named, then all are described
            assertThat(tools.configs("--describe", "--entity-type", "groups").ok())
                    .contains("all-one", "GROUP_CONFIG:consumer.heartbeat.interval.ms=7000");
        }
    }

    @Test
    void levelsOfFeaturesAreDescribedAndAltered() {
        // Given a broker of its own, since others rely on the levels
        try (Target own = SharedBroker.start()) {
            KafkaToolsIT tools = new KafkaToolsIT(own);
            assertThat(tools.tool("FeatureCommand", "describe").ok())
                    .containsPattern("transaction.version\\s.*FinalizedVersionLevel: 2\\s");
            // When one goes down, then the tool sees it
            assertThat(tools.tool("FeatureCommand", "downgrade", "--feature", "transaction.version=1")
                            .ok())
                    .contains("transaction.version was downgraded to 1.");
            assertThat(tools.tool("FeatureCommand", "describe").ok())
                    .containsPattern("transaction.version\\s.*FinalizedVersionLevel: 1\\s");
            // And one that is too high is refused
            assertThat(tools.tool("FeatureCommand", "upgrade", "--feature", "transaction.version=3")
                            .exitCode())
                    .isEqualTo(1);
        }
    }

    @Test
    void groupsAreListedDescribedResetAndDeleted() throws Exception {
        // Given a group that has read a topic
        String name = "tools-groups";
        JavaClient.createTopic(broker, name, 2);
        Command.java("a\nb\nc\n", TOOLS + "ConsoleProducer", "--bootstrap-server", broker.bootstrap(), "--topic", name)
                .ok();
        tool("consumer.ConsoleConsumer", "--topic", name, "--group", name, "--from-beginning", "--max-messages", "3")
                .ok();
        // When the tools are asked, then they say so
        assertThat(groups("--list").lines()).contains(name);
        assertThat(groups("--list", "--state", "--type").ok()).containsPattern(name + "\\s+Classic\\s+Empty");
        assertThat(groups("--describe", "--group", name, "--offsets").ok())
                .contains(name)
                .containsPattern("0\\s+-");
        assertThat(groups("--describe", "--group", name, "--state").ok()).containsPattern("Empty\\s+0");
        assertThat(groups("--describe", "--group", name, "--members").ok()).doesNotContain("127.0.0.1");
        assertThat(groups("--reset-offsets", "--group", name, "--topic", name, "--to-earliest", "--execute")
                        .ok())
                .containsPattern(name + "\\s+" + name + "\\s+0\\s+0");
        assertThat(groups("--reset-offsets", "--group", name, "--topic", name + ":1", "--to-latest", "--dry-run")
                        .exitCode())
                .isZero();
        assertThat(groups("--delete-offsets", "--group", name, "--topic", name).ok())
                .contains("Request succeed");
        assertThat(groups("--delete", "--group", name).ok()).contains("was successful");
        assertThat(groups("--list").lines()).doesNotContain(name);
        assertThat(tool("GroupsCommand", "--list").exitCode()).isZero();
    }

    @Test
    void transactionsAreListedDescribedAndAborted() throws Exception {
        // Given an open transaction
        String topic = "tools-txn";
        JavaClient.createTopic(broker, topic, 1);
        try (var producer = JavaClient.producer(broker, Map.of("transactional.id", topic))) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(topic, "open")).get();

            // Then the tools show it
            assertThat(tool("TransactionsCommand", "list").ok()).contains(topic, "Ongoing");
            assertThat(tool("TransactionsCommand", "describe", "--transactional-id", topic)
                            .ok())
                    .contains("Ongoing", topic + "-0");
            assertThat(tool("TransactionsCommand", "describe-producers", "--topic", topic, "--partition", "0")
                            .ok())
                    .contains("CurrentTransactionStartOffset");

            // And abort it
            assertThat(tool("TransactionsCommand", "abort", "--topic", topic, "--partition", "0", "--start-offset", "0")
                            .exitCode())
                    .isZero();
            try (var consumer = JavaClient.consumer(broker, Map.of("isolation.level", "read_committed"))) {
                var partition = new TopicPartition(topic, 0);
                assertThat(consumer.endOffsets(Set.of(partition))).containsEntry(partition, 2L);
            }
        }
    }

    @Test
    void whatHangsIsFoundAndAborted(@TempDir Path folder) throws Exception {
        // Given a broker that asks no coordinator, and an old client's batch for a partition that its transaction does
        // not
        // name
        Map<String, String> credulous = Map.of("transaction.partition.verification.enable", "false");
        try (Target own = SharedBroker.start(folder, credulous);
                RawClient client = new RawClient(own)) {
            KafkaToolsIT tools = new KafkaToolsIT(own);
            JavaClient.createTopic(own, "hangs", 1);
            try (var before = JavaClient.producer(own, Map.of("transactional.id", "old"))) {
                before.initTransactions();
            }
            var begun = (InitProducerIdResponseData)
                    client.ask(TransactionRequests.init("old"), 4).orElseThrow();
            assertThat(begun.errorCode()).isZero();
            var sender = new TransactionRequests.Sender("old", begun.producerId(), begun.producerEpoch());
            ProduceResponseData produced =
                    (ProduceResponseData) client.ask(TransactionRequests.produce(sender, "hangs", 0, 0, "late"), 11)
                            .orElseThrow();
            assertThat(produced.responses()
                            .iterator()
                            .next()
                            .partitionResponses()
                            .getFirst()
                            .errorCode())
                    .isZero();

            // When the tool looks for what hangs, then it is found
            assertThat(tools.tool("TransactionsCommand", "find-hanging", "--broker-id", "1")
                            .ok())
                    .containsPattern("hangs\\s+0\\s+" + sender.producerId());

            // And when it is aborted, then nothing hangs any more
            assertThat(tools.tool(
                                    "TransactionsCommand",
                                    "abort",
                                    "--topic",
                                    "hangs",
                                    "--partition",
                                    "0",
                                    "--start-offset",
                                    "0")
                            .exitCode())
                    .isZero();
            assertThat(tools.tool("TransactionsCommand", "find-hanging", "--broker-id", "1")
                            .ok())
                    .doesNotContain("hangs");
            try (var consumer = JavaClient.consumer(own, Map.of("isolation.level", "read_committed"))) {
                var partition = new TopicPartition("hangs", 0);
                assertThat(consumer.endOffsets(Set.of(partition))).containsEntry(partition, 2L);
            }
        }
    }

    private Command.Output groups(String... arguments) {
        return tool("consumer.group.ConsumerGroupCommand", arguments);
    }

    @Test
    void theConsoleProducerAndConsumerUnderstandEachOther() throws Exception {
        String topic = "tools-console";
        JavaClient.createTopic(broker, topic, 1);
        String lines = IntStream.range(0, 100)
                .mapToObj(i -> "k" + i % 5 + ":line " + i)
                .collect(Collectors.joining("\n", "", "\n"));
        Command.java(
                        lines,
                        TOOLS + "ConsoleProducer",
                        "--bootstrap-server",
                        broker.bootstrap(),
                        "--topic",
                        topic,
                        "--reader-property",
                        "parse.key=true",
                        "--reader-property",
                        "key.separator=:")
                .ok();
        List<String> read = tool(
                        "consumer.ConsoleConsumer",
                        "--topic",
                        topic,
                        "--partition",
                        "0",
                        "--offset",
                        "earliest",
                        "--max-messages",
                        "100")
                .lines();
        assertThat(read)
                .containsExactlyElementsOf(
                        IntStream.range(0, 100).mapToObj(i -> "line " + i).toList());
    }

    @Test
    void theyMeasureCountEmptyAndShowFolders(@TempDir Path folder) throws Exception {
        String topic = "tools-records";
        JavaClient.createTopic(broker, topic, 1);
        // Given what the performance test wrote
        assertThat(Command.java(
                                "",
                                TOOLS + "ProducerPerformance",
                                "--topic",
                                topic,
                                "--num-records",
                                "20000",
                                "--record-size",
                                "100",
                                "--throughput",
                                "-1",
                                "--bootstrap-server",
                                broker.bootstrap())
                        .ok())
                .contains("20000 records sent");
        // Then the offsets tool counts it, the delete tool cuts it, and the folders tool sees it
        assertThat(offsets(topic, "-1")).contains(topic + ":0:20000");
        Path request = Files.writeString(
                folder.resolve("delete.json"),
                "{\"version\":1,\"partitions\":[{\"topic\":\"%s\",\"partition\":0,\"offset\":15000}]}"
                        .formatted(topic));
        assertThat(tool("DeleteRecordsCommand", "--offset-json-file", request.toString())
                        .ok())
                .contains("low_watermark: 15000");
        assertThat(offsets(topic, "-2")).contains(topic + ":0:15000");
        assertThat(tool("LogDirsCommand", "--describe", "--topic-list", topic).ok())
                .contains("\"partition\":\"" + topic + "-0\"", "\"error\":null");
    }

    @Test
    void theyTellVersionsAndQuorum() {
        assertThat(tool("BrokerApiVersionsCommand").ok())
                .contains(
                        "Produce(0): 0 to 13 [usable: 13]",
                        "Fetch(1): 4 to 18 [usable: 18]",
                        "ApiVersions(18): 0 to 4 [usable: 4]");
        assertThat(Command.java(
                                "",
                                TOOLS + "MetadataQuorumCommand",
                                "--bootstrap-server",
                                broker.bootstrap(),
                                "describe",
                                "--status")
                        .ok())
                .contains("LeaderId:", "1");
        assertThat(Command.java("", TOOLS + "ClusterTool", "cluster-id", "--bootstrap-server", broker.bootstrap())
                        .ok())
                .contains("Cluster ID:");
    }

    @Test
    void theDumpDecodesWhatCoordinatorsWrite() throws Exception {
        // Given a broker of its own, whose files nobody else changes, and a transaction that commits a record and an
        // offset
        String topic = "tools-coordinators";
        try (Target own = SharedBroker.start()) {
            JavaClient.createTopic(own, topic, 1);
            commitInTransaction(own, topic);
            // When Kafka's tool decodes the internal topics, then it shows both
            KafkaToolsIT tools = new KafkaToolsIT(own);
            assertThat(tools.decoded("--transaction-log-decoder", "__transaction_state-"))
                    .contains(
                            "\"transactionalId\":\"" + topic + "\"",
                            "\"transactionStatus\":1",
                            "\"transactionStatus\":2",
                            "\"transactionStatus\":4");
            assertThat(tools.decoded("--offsets-decoder", "__consumer_offsets-"))
                    .contains("\"group\":\"" + topic + "\"", "\"offset\":1");
        }
    }

    private static void commitInTransaction(Target on, String topic) throws Exception {
        ConsumerGroupMetadata group;
        try (var consumer = JavaClient.consumer(on, Map.of("group.id", topic))) {
            group = consumer.groupMetadata();
        }
        try (var producer = JavaClient.producer(on, Map.of("transactional.id", topic))) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(topic, "one")).get();
            producer.sendOffsetsToTransaction(Map.of(new TopicPartition(topic, 0), new OffsetAndMetadata(1)), group);
            producer.commitTransaction();
        }
    }

    private String decoded(String decoder, String topic) throws IOException {
        List<String> logs = new ArrayList<>();
        try (Stream<Path> folders = Files.list(broker.dataFolder())) {
            for (Path folder : folders.filter(f -> f.getFileName().toString().startsWith(topic))
                    .toList()) {
                for (Path file : files(folder)) {
                    if (file.toString().endsWith(".log") && Files.size(file) > 0) {
                        logs.add(file.toString());
                    }
                }
            }
        }
        return Command.java("", TOOLS + "DumpLogSegments", decoder, "--files", String.join(",", logs))
                .ok();
    }

    @Test
    void theDumpReadsEveryFileOfAPartition() throws Exception {
        // Given a partition with several segments, compressed and plain, keyed by an idempotent producer
        String topic = "tools-dump";
        JavaClient.createTopic(broker, topic, 1);
        configs("--alter", "--topic", topic, "--add-config", "segment.bytes=1048576,index.interval.bytes=1024")
                .ok();
        for (String codec : List.of("none", "lz4")) {
            Command.java(
                            "",
                            TOOLS + "ProducerPerformance",
                            "--topic",
                            topic,
                            "--num-records",
                            "12000",
                            "--record-size",
                            "100",
                            "--throughput",
                            "-1",
                            "--command-property",
                            "bootstrap.servers=" + broker.bootstrap(),
                            "compression.type=" + codec)
                    .ok();
        }
        // When Kafka's tool reads every file, then it finds them sound
        List<Path> files = files(broker.dataFolder().resolve(topic + "-0"));
        assertThat(files)
                .anyMatch(f -> f.toString().endsWith(".index"))
                .anyMatch(f -> f.toString().endsWith(".snapshot"));
        assertThat(files.stream().filter(f -> f.toString().endsWith(".log"))).hasSizeGreaterThan(1);
        String list = files.stream().map(Path::toString).collect(Collectors.joining(","));
        String said = Command.java("", TOOLS + "DumpLogSegments", "--files", list, "--deep-iteration")
                .ok();
        assertThat(said).contains("baseOffset: 0", "isvalid: true").doesNotContain("isvalid: false");
        assertThat(said)
                .doesNotContainIgnoringCase("mismatch")
                .doesNotContain("Index entry")
                .doesNotContainIgnoringCase("exception");
        assertThat(said.lines().filter(l -> l.startsWith("| offset:"))).hasSize(24_000);
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(f -> f.toString().matches(".*\\.(log|index|timeindex|txnindex|snapshot)"))
                    .sorted()
                    .toList();
        }
    }

    private List<String> offsets(String topic, String time) {
        return tool("GetOffsetShell", "--topic", topic, "--time", time).lines();
    }

    private Command.Output topics(String... arguments) {
        return tool("TopicCommand", arguments);
    }

    private Command.Output configs(String... arguments) {
        return toolNamed("kafka.admin.ConfigCommand", arguments);
    }

    private Command.Output tool(String name, String... arguments) {
        return toolNamed(TOOLS + name, arguments);
    }

    private Command.Output toolNamed(String mainClass, String... arguments) {
        Stream<String> all = Stream.concat(Stream.of("--bootstrap-server", broker.bootstrap()), Stream.of(arguments));
        return Command.java("", mainClass, all.toArray(String[]::new));
    }
}
