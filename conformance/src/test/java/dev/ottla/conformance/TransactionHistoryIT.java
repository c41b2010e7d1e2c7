package dev.ottla.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.base.RandomSource;
import dev.ottla.conformance.TransactionHistory.Outcome;
import dev.ottla.conformance.TransactionHistory.Seen;
import dev.ottla.conformance.TransactionHistory.Transaction;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FeatureUpdate;
import org.apache.kafka.clients.admin.FeatureUpdate.UpgradeType;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.UpdateFeaturesOptions;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Transactions of producers that crash, pause and are fenced, with requests that come late and answers that nobody hears, on a broker that loses its power again and again (or is
 * killed, where the machine has no loop devices): what was seen of them is checked as one history.
 *
 * <pre>
 * -Dottla.history.seconds=40   how long
 * -Dottla.history.seed=1       what happens; the machine's own timing apart
 * -Dottla.history.version=2    transaction.version: the clients' protocol
 * </pre>
 */
class TransactionHistoryIT {
    private static final int SECONDS = Integer.getInteger("ottla.history.seconds", 30);
    private static final long SEED = Long.getLong("ottla.history.seed", 20261123L);
    private static final int VERSION = Integer.getInteger("ottla.history.version", 2);
    private static final int PRODUCERS = 6;
    private static final int PARTITIONS = 4;
    private static final int DISK_MIB = 1024;
    /** From here on every state of the coordinator is hit. */
    private static final int LONG_SECONDS = 600;

    @TempDir
    private Path folder;

    private final RandomSource random = RandomSource.seeded(SEED);
    private final Map<String, String> settings = new HashMap<>(SharedBroker.SETTINGS);
    private int cuts;

    @Test
    void transactionsKeepTheirWord() throws Exception {
        LoopDisk.cleanUpAfterDeadRuns();
        String why = LoopDisk.whyNot().orElse("");
        if (why.isEmpty()) {
            try (LoopDisk disk = LoopDisk.create(DISK_MIB)) {
                run(disk.root().resolve("broker"), disk);
            }
        } else {
            System.out.println("The broker is killed, its power is not cut: " + why);
            run(folder.resolve("broker"), null);
        }
    }

    private void run(Path data, @Nullable LoopDisk disk) throws Exception {
        int port = freePort();
        int behindProxy = freePort();
        List<TopicPartition> partitions = JavaClient.partitions(HistoryProducer.TOPIC, PARTITIONS);
        try (LateProxy proxy = new LateProxy(behindProxy, random.nextLong())) {
            configure(port, behindProxy, proxy.port());
            // Given producers behind a bad connection, and a reader
            BrokerProcess broker = start(data);
            try {
                prepare(broker);
                HistoryReader reader = new HistoryReader(broker, partitions);
                List<HistoryProducer> producers = new ArrayList<>();
                for (int i = 0; i < PRODUCERS; i++) {
                    producers.add(new HistoryProducer("127.0.0.1:" + proxy.port(), i, PARTITIONS, random.nextLong()));
                }
                // When the broker goes down again and again
                long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
                while (System.nanoTime() < end) {
                    new CountDownLatch(1).await(500 + below(4000), TimeUnit.MILLISECONDS);
                    goDown(broker, disk);
                    broker = start(data);
                }
                List<Transaction> transactions = new ArrayList<>();
                producers.forEach(producer -> transactions.addAll(producer.stop()));
                TransactionClientsIT.awaitNothingOpen(broker);
                // Then its history is one that transactions allow
                Map<Integer, List<Seen>> committed = HistoryReader.readAll(broker, "read_committed", partitions);
                Map<Integer, List<Seen>> all = HistoryReader.readAll(broker, "read_uncommitted", partitions);
                TransactionHistory history =
                        new TransactionHistory(transactions, reader.stop(), committed, all, offsets(broker));
                Map<String, Integer> found = foundAtStarts(broker);
                System.out.println("history of seed " + SEED + ", transaction.version " + VERSION + ": "
                        + summary(history) + "; " + proxy + "; " + cuts + " times down, found then: " + found);
                assertThat(HistoryCheck.problems(history)).as("seed %d", SEED).isEmpty();
                assertThat(stableIsTheEnd(broker, partitions)).isTrue();
                assertThat(openIn(broker)).as("hanging transactions").isEmpty();
                if (SECONDS >= LONG_SECONDS) {
                    assertThat(found).containsKeys("Ongoing", "PrepareCommit", "PrepareAbort");
                }
                assertThat(cuts).isPositive();
            } finally {
                broker.close();
            }
        }
    }

    private void configure(int port, int behindProxy, int proxy) {
        settings.put("listeners", "PLAINTEXT://127.0.0.1:" + port + ",LATE://127.0.0.1:" + behindProxy);
        settings.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port + ",LATE://127.0.0.1:" + proxy);
        settings.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,LATE:PLAINTEXT");
        settings.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", "300");
        settings.put("transaction.state.log.num.partitions", "3");
    }

    private BrokerProcess start(Path data) {
        return BrokerProcess.start(
                data,
                folder.resolve("broker.err"),
                settings,
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-Dorg.slf4j.simpleLogger.log.dev.ottla.coordinator.txn=info");
    }

    private static void prepare(Target broker) throws Exception {
        JavaClient.createTopic(broker, HistoryProducer.TOPIC, PARTITIONS);
        JavaClient.createTopic(broker, HistoryProducer.INPUT, PRODUCERS);
        if (VERSION < 2) {
            try (Admin admin = JavaClient.admin(broker)) {
                admin.updateFeatures(
                                Map.of(
                                        "transaction.version",
                                        new FeatureUpdate((short) VERSION, UpgradeType.SAFE_DOWNGRADE)),
                                new UpdateFeaturesOptions())
                        .all()
                        .get();
            }
        }
    }

    private void goDown(BrokerProcess broker, @Nullable LoopDisk disk) {
        cuts++;
        if (disk == null) {
            broker.kill();
            return;
        }
        broker.freeze();
        disk.cutPower();
        broker.kill();
        disk.remount();
    }

    private static Map<Integer, Long> offsets(Target broker) throws Exception {
        Map<Integer, Long> offsets = new HashMap<>();
        try (Admin admin = JavaClient.admin(broker)) {
            for (int producer = 0; producer < PRODUCERS; producer++) {
                var committed = admin.listConsumerGroupOffsets(HistoryProducer.group(producer))
                        .partitionsToOffsetAndMetadata()
                        .get()
                        .get(new TopicPartition(HistoryProducer.INPUT, producer));
                offsets.put(producer, committed == null ? -1 : committed.offset());
            }
        }
        return offsets;
    }

    private static boolean stableIsTheEnd(Target broker, List<TopicPartition> partitions) {
        try (var committed = JavaClient.consumer(broker, Map.of("isolation.level", "read_committed"));
                var all = JavaClient.consumer(broker, Map.of())) {
            return committed.endOffsets(partitions).equals(all.endOffsets(partitions));
        }
    }

    /** By state, the transactions that coordinators found when the broker came back. */
    private static Map<String, Integer> foundAtStarts(BrokerProcess broker) {
        Map<String, Integer> found = new TreeMap<>();
        Pattern one = Pattern.compile("(\\d+) (Ongoing|PrepareCommit|PrepareAbort)");
        broker.errors()
                .lines()
                .filter(line -> line.contains("transactional ids"))
                .flatMap(line -> one.matcher(line).results())
                .forEach(state -> found.merge(state.group(2), Integer.parseInt(state.group(1)), Integer::sum));
        return found;
    }

    /** Producers with an open transaction, in any partition there is, the internal topics' too. */
    private static List<String> openIn(Target broker) throws Exception {
        try (Admin admin = JavaClient.admin(broker)) {
            Set<String> topics = admin.listTopics(new ListTopicsOptions().listInternal(true))
                    .names()
                    .get();
            List<TopicPartition> partitions = admin.describeTopics(topics).allTopicNames().get().values().stream()
                    .flatMap(topic -> topic.partitions().stream()
                            .map(partition -> new TopicPartition(topic.name(), partition.partition())))
                    .toList();
            assertThat(topics).contains("__consumer_offsets", "__transaction_state", HistoryProducer.TOPIC);
            List<String> open = new ArrayList<>();
            admin.describeProducers(partitions)
                    .all()
                    .get()
                    .forEach((partition, state) -> state.activeProducers().stream()
                            .filter(producer ->
                                    producer.currentTransactionStartOffset().isPresent())
                            .forEach(producer -> open.add(partition + " " + producer)));
            return open;
        }
    }

    private static String summary(TransactionHistory history) {
        Map<Outcome, Integer> outcomes = new HashMap<>();
        history.transactions().forEach(transaction -> outcomes.merge(transaction.outcome(), 1, Integer::sum));
        return history.transactions().size() + " transactions " + outcomes + ", " + values(history.committed())
                + " values committed of " + values(history.all());
    }

    private static long values(Map<Integer, List<Seen>> partitions) {
        return partitions.values().stream().mapToLong(List::size).sum();
    }

    private int below(int bound) {
        return Math.floorMod(random.nextLong(), bound);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
