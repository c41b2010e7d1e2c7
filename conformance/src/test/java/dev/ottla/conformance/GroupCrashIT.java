package dev.ottla.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ottla.base.RandomSource;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whole groups of Java consumers, of both protocols, whose members come, leave and crash while their broker is killed.
 * {@code -Dottla.groups.rounds=100 -Dottla.groups.seed=1} for long.
 */
class GroupCrashIT {
    private static final int ROUNDS = Integer.getInteger("ottla.groups.rounds", 4);
    private static final long SEED = Long.getLong("ottla.groups.seed", 20_261_123);
    private static final String TOPIC = "work";
    private static final int PARTITIONS = 7;
    private static final int RECORDS_AT_ONCE = 5;
    private static final Map<String, String> QUICK = Map.of(
            "group.min.session.timeout.ms", "1000",
            "group.consumer.min.session.timeout.ms", "1000",
            "group.consumer.session.timeout.ms", "3000",
            "group.consumer.min.heartbeat.interval.ms", "100",
            "group.consumer.heartbeat.interval.ms", "300");

    @TempDir
    private Path folder;

    private final RandomSource random = RandomSource.seeded(SEED);
    private final Map<String, String> settings = new HashMap<>(SharedBroker.SETTINGS);
    private final Set<Integer> acknowledged = ConcurrentHashMap.newKeySet();
    private int sent;
    private volatile boolean ends;

    @Test
    void groupsGoOnWhereTheyWereThoughMembersAndBrokerDie() throws Exception {
        // Given two groups that read what is produced all the time
        System.out.println("groups: " + ROUNDS + " rounds, seed " + SEED);
        BrokerProcess broker = startBroker();
        JavaClient.createTopic(broker, TOPIC, PARTITIONS);
        Thread producer = Thread.ofPlatform().start(producing(broker));
        try (CrashGroup classic = new CrashGroup(broker, "classic", TOPIC);
                CrashGroup consumer = new CrashGroup(broker, "consumer", TOPIC)) {
            List<CrashGroup> groups = List.of(classic, consumer);
            for (int round = 0; round < ROUNDS; round++) {
                // When members come and go, and the broker is killed in the middle of that
                for (int change = below(3); change >= 0; change--) {
                    groups.get(below(2)).change(this::below);
                }
                new CountDownLatch(1).await(below(700), TimeUnit.MILLISECONDS);
                broker.kill();
                Map<CrashGroup, Map<TopicPartition, Long>> commits = new HashMap<>();
                groups.forEach(group -> commits.put(group, group.acknowledged()));
                broker = startBroker();
                // Then no acknowledged commit is lost, and the groups read on by themselves
                for (CrashGroup group : groups) {
                    assertKept(broker, group, commits.getOrDefault(group, Map.of()));
                }
                awaitAllRead(groups);
            }
            ends = true;
            producer.join();
            awaitAllRead(groups);
            for (CrashGroup group : groups) {
                await().atMost(60, TimeUnit.SECONDS).until(() -> group.isShared(PARTITIONS));
            }
            System.out.println("groups: " + acknowledged.size() + " records, each read by both");
        } finally {
            ends = true;
            producer.join();
            broker.close();
        }
    }

    private Runnable producing(Target broker) {
        return () -> {
            try (var producer = JavaClient.producer(broker, Map.of())) {
                while (!ends) {
                    for (int i = 0; i < RECORDS_AT_ONCE; i++) {
                        int value = sent++;
                        var _ = producer.send(
                                new ProducerRecord<>(TOPIC, value % PARTITIONS, null, Integer.toString(value)),
                                (metadata, failure) -> {
                                    if (failure == null) {
                                        acknowledged.add(value);
                                    }
                                });
                    }
                    producer.flush();
                }
            }
        };
    }

    private void assertKept(Target broker, CrashGroup group, Map<TopicPartition, Long> commits) throws Exception {
        Map<TopicPartition, OffsetAndMetadata> kept;
        try (Admin admin = JavaClient.admin(broker)) {
            kept = admin.listConsumerGroupOffsets(group.groupId())
                    .partitionsToOffsetAndMetadata()
                    .get();
        }
        commits.forEach((partition, offset) -> assertThat(kept)
                .as("seed %d: %s of %s", SEED, partition, group.groupId())
                .hasEntrySatisfying(
                        partition, found -> assertThat(found.offset()).isGreaterThanOrEqualTo(offset)));
    }

    private void awaitAllRead(List<CrashGroup> groups) {
        Set<Integer> wanted = new HashSet<>(acknowledged);
        for (CrashGroup group : groups) {
            await().alias("seed " + SEED + ", " + group.groupId() + " reads on")
                    .atMost(90, TimeUnit.SECONDS)
                    .untilAsserted(() -> assertThat(group.missing(wanted)).isZero());
            assertThat(group.problems()).as("seed %d", SEED).isEmpty();
        }
    }

    /** On a port that stays. */
    private BrokerProcess startBroker() throws Exception {
        settings.putAll(QUICK);
        BrokerProcess broker = BrokerProcess.start(folder.resolve("data"), folder.resolve("broker.err"), settings);
        settings.putIfAbsent("listeners", "PLAINTEXT://127.0.0.1:" + broker.port());
        return broker;
    }

    private int below(int bound) {
        return Math.floorMod(random.nextLong(), bound);
    }
}
