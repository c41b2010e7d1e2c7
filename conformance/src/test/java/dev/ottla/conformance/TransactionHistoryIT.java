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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FeatureUpdate;
import org.apache.kafka.clients.admin.FeatureUpdate.UpgradeType;
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
                System.out.println("history of seed " + SEED + ", transaction.version " + VERSION + ": "
                        + summary(history) + "; " + proxy + "; " + cuts + " times down");
                assertThat(HistoryCheck.problems(history)).as("seed %d", SEED).isEmpty();
                assertThat(stableIsTheEnd(broker, partitions)).isTrue();
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
                data, folder.resolve("broker.err"), settings, "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");
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
