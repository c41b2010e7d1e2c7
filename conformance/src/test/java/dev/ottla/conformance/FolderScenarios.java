package dev.ottla.conformance;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.message.AlterReplicaLogDirsRequestData;
import org.apache.kafka.common.message.AlterReplicaLogDirsRequestData.AlterReplicaLogDir;
import org.apache.kafka.common.message.AlterReplicaLogDirsRequestData.AlterReplicaLogDirTopic;
import org.apache.kafka.common.message.DescribeLogDirsRequestData;
import org.apache.kafka.common.message.DescribeLogDirsRequestData.DescribableLogDirTopic;
import org.apache.kafka.common.message.DescribeLogDirsResponseData;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData.TopicRequest;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.protocol.ApiKeys;

/** Data folders: what is in them, moving from one to another (KIP-113), and what a failed one takes with it (KIP-112). */
final class FolderScenarios {
    private static final int DESCRIBE_VERSION = 4;
    private static final int METADATA_VERSION = 12;
    private static final int SEGMENT_BYTES = 1 << 20;

    private FolderScenarios() {}

    /** For any broker. */
    static List<Scenario> all() {
        return List.of(new Scenario("log-dirs-alter", FolderScenarios::alter));
    }

    /** For brokers of their own with two folders: {@link Target#dataFolder} and {@link #second}. The last one breaks one. */
    static List<Scenario> ofTwoFolders() {
        return List.of(
                new Scenario("folders-move", FolderScenarios::move),
                new Scenario("folders-fail", FolderScenarios::fail));
    }

    static Path second(Target target) {
        return target.dataFolder().resolveSibling("data2");
    }

    private static void alter(Session s) {
        String topic = s.createTopic("t", 2, Map.of());
        String here = s.target().dataFolder().toString();
        for (int version : WantedApis.of(ApiKeys.ALTER_REPLICA_LOG_DIRS).list()) {
            s.ask("to where they are", moves(moved(here, topic, 0, 1)), version);
            s.ask("elsewhere", moves(moved(here + "-none", topic, 0)), version);
            s.ask("nowhere", moves(moved("", topic, 0)), version);
            s.ask("by another spelling", moves(moved(here + "/", topic, 0)), version);
            s.ask("no such partition", moves(moved(here, topic, 7), moved(here, topic, 0)), version);
            s.ask("no such topic", moves(moved(here, s.topic("none"), 0)), version);
            s.ask("no such topic elsewhere", moves(moved(here + "-none", s.topic("none"), 0)), version);
            s.ask("too long a name", moves(moved(here, "x".repeat(249), 0)), version);
            s.ask("a negative partition", moves(moved(here, topic, -1)), version);
            s.ask("the last counts", moves(moved(here, topic, 0), moved(here + "-none", topic, 0)), version);
            s.ask("nothing", moves(), version);
            s.ask("no partitions", moves(moved(here, topic)), version);
        }
        String longest = s.createTopic("x".repeat(249 - s.topic("").length()), 1, Map.of());
        s.ask("the longest name", moves(moved(here, longest, 0)), 2);
    }

    private static void move(Session s) {
        String topic = s.createTopic("t", 2, Map.of());
        Path first = s.target().dataFolder();
        Path second = second(s.target());
        for (int version : WantedApis.of(ApiKeys.ALTER_REPLICA_LOG_DIRS).list()) {
            for (Path target : List.of(first, second, first)) {
                s.produce(topic, 0, Batches.of("a", "b"));
                s.ask("to " + target.getFileName(), moves(moved(target.toString(), topic, 0, 1)), version);
                awaitIn(s, topic, target, 2);
                s.produce(topic, 0, Batches.of("c"));
            }
            s.ask("elsewhere", moves(moved(first + "-none", topic, 0)), version);
        }
        s.ask("apart", moves(moved(second.toString(), topic, 1)), 2);
        awaitIn(s, topic, second, 1);
        for (int version : WantedApis.of(ApiKeys.DESCRIBE_LOG_DIRS).list()) {
            s.ask("both", logDirs(topic, 0, 1), version);
            s.ask("one", logDirs(topic, 1), version);
            s.ask("no such topic", logDirs(s.topic("none"), 0), version);
        }
        s.ask(Requests.listOffsets(topic, 0, -1), 7);
        s.ask(Requests.fetch(Requests.fetchTopic(topic, s.topicId(topic), Requests.from(0, 0))), 12);
    }

    private static void fail(Session s) throws Exception {
        // Given a partition in each folder
        String topic = s.createTopic("t", 2, Map.of("segment.bytes", Integer.toString(SEGMENT_BYTES)));
        String first = s.target().dataFolder().toString();
        String second = second(s.target()).toString();
        s.ask("apart", moves(moved(first, topic, 0), moved(second, topic, 1)), 2);
        awaitIn(s, topic, Path.of(first), 1);
        awaitIn(s, topic, Path.of(second), 1);
        s.produce(topic, 0, Batches.of("kept"));
        String large = "x".repeat(SEGMENT_BYTES - 1000);
        s.produce(topic, 1, Batches.of(large));
        // When the second is gone, and a new segment is to be made there
        delete(Path.of(second));
        s.ask("to a failing folder", Requests.produce(topic, 1, Batches.of(large)), Requests.PRODUCE_BY_NAME);
        s.await(
                Requests.metadata(topic),
                METADATA_VERSION,
                MetadataResponseData.class,
                reply -> reply.topics().find(topic).partitions().stream()
                        .anyMatch(partition -> partition.leaderId() < 0));
        // Then its partition is offline, the other is not
        for (int version : WantedApis.of(ApiKeys.METADATA).list()) {
            s.ask(Requests.metadata(topic), version);
        }
        s.ask(new DescribeTopicPartitionsRequestData().setTopics(List.of(new TopicRequest().setName(topic))), 0);
        for (int version : WantedApis.of(ApiKeys.DESCRIBE_LOG_DIRS).list()) {
            s.ask("both", logDirs(topic, 0, 1), version);
        }
        for (int partition : List.of(0, 1)) {
            s.ask(Requests.produce(topic, partition, Batches.of("more")), Requests.PRODUCE_BY_NAME);
            s.ask(Requests.fetch(Requests.fetchTopic(topic, s.topicId(topic), Requests.from(partition, 0))), 12);
            s.ask(Requests.listOffsets(topic, partition, -1), 7);
            for (int version : WantedApis.of(ApiKeys.ALTER_REPLICA_LOG_DIRS).list()) {
                s.ask("into the failed one", moves(moved(second, topic, partition)), version);
                s.ask("to the other", moves(moved(first, topic, partition)), version);
            }
        }
        String later = s.createTopic("later", 2, Map.of());
        awaitIn(s, later, Path.of(first), 2);
    }

    private static void delete(Path folder) throws IOException {
        // Whoever still works there may take a file away first.
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException gone) {
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path left, IOException trouble) throws IOException {
                Files.deleteIfExists(left);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static void awaitIn(Session s, String topic, Path folder, int partitions) {
        s.await(
                logDirs(topic, 0, 1),
                DESCRIBE_VERSION,
                DescribeLogDirsResponseData.class,
                reply -> reply.results().stream()
                                .filter(result -> Path.of(result.logDir()).equals(folder.toAbsolutePath()))
                                .flatMap(result -> result.topics().stream())
                                .flatMap(each -> each.partitions().stream())
                                .filter(partition -> !partition.isFutureKey())
                                .count()
                        >= partitions);
        s.say("in " + folder.getFileName() + ": " + partitions);
    }

    private static AlterReplicaLogDirsRequestData moves(AlterReplicaLogDir... folders) {
        AlterReplicaLogDirsRequestData request = new AlterReplicaLogDirsRequestData();
        request.dirs().addAll(List.of(folders));
        return request;
    }

    private static AlterReplicaLogDir moved(String path, String topic, Integer... partitions) {
        AlterReplicaLogDir folder = new AlterReplicaLogDir().setPath(path);
        folder.topics().add(new AlterReplicaLogDirTopic().setName(topic).setPartitions(List.of(partitions)));
        return folder;
    }

    private static DescribeLogDirsRequestData logDirs(String topic, Integer... partitions) {
        DescribeLogDirsRequestData request = new DescribeLogDirsRequestData();
        request.setTopics(new DescribeLogDirsRequestData.DescribableLogDirTopicCollection());
        request.topics().add(new DescribableLogDirTopic().setTopic(topic).setPartitions(List.of(partitions)));
        return request;
    }
}
