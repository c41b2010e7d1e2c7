package dev.ottla.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.base.Files;
import dev.ottla.base.RandomSource;
import dev.ottla.log.producer.TransactionMarker;
import dev.ottla.record.BatchBuilder;
import dev.ottla.record.BatchHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.storage.internals.log.AbortedTxn;
import org.apache.kafka.storage.internals.log.AppendOrigin;
import org.apache.kafka.storage.internals.log.CompletedTxn;
import org.apache.kafka.storage.internals.log.ProducerAppendInfo;
import org.apache.kafka.storage.internals.log.ProducerStateManager;
import org.apache.kafka.storage.internals.log.ProducerStateManagerConfig;
import org.apache.kafka.storage.internals.log.TransactionIndex;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What appends write into .txnindex, read by Apache Kafka's reader: what its own log would have written of the same batches. */
class TransactionIndexPropertyTest {
    private static final int RUNS = 6;
    private static final int STEPS = 120;
    private static final int PRODUCERS = 4;

    @TempDir
    Path home;

    private long aborted;
    private long overlapping;
    private long segments;

    @Test
    void abortsAreIndexedAsApacheKafkaIndexesThem() throws IOException {
        for (long seed = 1; seed <= RUNS; seed++) {
            run(seed);
        }
        assertThat(aborted).isGreaterThan(10 * RUNS);
        assertThat(overlapping).isGreaterThan(RUNS);
        assertThat(segments).isGreaterThan(3 * RUNS);
    }

    private void run(long seed) throws IOException {
        // Given a log of small segments, and what Apache Kafka knows of the same producers
        RandomSource random = RandomSource.seeded(seed);
        TestFolder test = new TestFolder(Files.system(), home.resolve("ours" + seed), TestFolder.small(1200));
        ProducerStateManager kafka = new ProducerStateManager(
                new TopicPartition("orders", 3),
                java.nio.file.Files.createDirectory(home.resolve("kafka" + seed))
                        .toFile(),
                900_000,
                new ProducerStateManagerConfig(86_400_000, false),
                Time.SYSTEM);
        int[] sequences = new int[PRODUCERS];
        List<AbortedTxn> expected = new ArrayList<>();
        for (int step = 0; step < STEPS; step++) {
            // When producers write in transactions that overlap, and end them
            int producer = below(random, PRODUCERS);
            ByteBuffer batch = below(random, 4) == 0
                    ? new TransactionMarker(below(random, 2) == 0, 0).batch(producer, (short) 0, 1000)
                    : data(producer, sequences[producer]++);
            long offset = test.log().endOffset();
            test.append(batch);
            BatchHeader.assign(batch, batch.position(), offset, 0);
            ended(kafka, batch).ifPresent(completed -> expected(kafka, completed, expected));
            if (below(random, 25) == 0) {
                test.restart();
            }
        }
        test.restart();
        // Then Apache Kafka's reader finds just what its own log would have written
        assertThat(readByKafka(test)).as("seed %d", seed).isEqualTo(expected);
        aborted += expected.size();
    }

    private void expected(ProducerStateManager kafka, CompletedTxn completed, List<AbortedTxn> expected) {
        // As UnifiedLog.append does
        long lastStable = kafka.lastStableOffset(completed);
        if (completed.isAborted()) {
            expected.add(new AbortedTxn(completed, lastStable));
            overlapping += lastStable <= completed.lastOffset() ? 1 : 0;
        }
        kafka.completeTxn(completed);
    }

    private static Optional<CompletedTxn> ended(ProducerStateManager kafka, ByteBuffer bytes) {
        RecordBatch batch = MemoryRecords.readableRecords(bytes.duplicate())
                .batches()
                .iterator()
                .next();
        ProducerAppendInfo info = kafka.prepareUpdate(batch.producerId(), AppendOrigin.COORDINATOR);
        Optional<CompletedTxn> completed = info.append(batch, Optional.empty(), (short) 0);
        kafka.update(info);
        kafka.updateMapEndOffset(batch.nextOffset());
        return completed;
    }

    private List<AbortedTxn> readByKafka(TestFolder test) throws IOException {
        List<Path> files = Files.system().list(test.partitionPath()).stream()
                .filter(file -> file.toString().endsWith(".txnindex"))
                .sorted()
                .toList();
        List<AbortedTxn> found = new ArrayList<>();
        for (Path file : files) {
            String name = String.valueOf(file.getFileName());
            try (TransactionIndex index =
                    new TransactionIndex(Long.parseLong(name.substring(0, name.indexOf('.'))), file.toFile())) {
                index.sanityCheck();
                found.addAll(index.allAbortedTxns());
            }
        }
        segments += files.size();
        return found;
    }

    private static ByteBuffer data(int producer, int sequence) {
        return TestFolder.fill(
                        new BatchBuilder()
                                .producer(producer, (short) 0, sequence)
                                .transactional(),
                        1000,
                        "t")
                .build();
    }

    private static int below(RandomSource random, int bound) {
        return (int) Math.floorMod(random.nextLong(), (long) bound);
    }
}
