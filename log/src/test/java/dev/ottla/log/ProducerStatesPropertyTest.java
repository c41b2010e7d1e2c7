package dev.ottla.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.RandomSource;
import dev.ottla.log.producer.ProducerEntry;
import dev.ottla.log.producer.ProducerSnapshot;
import dev.ottla.log.producer.ProducerStates;
import dev.ottla.log.producer.ProducerVerdict;
import dev.ottla.log.producer.Terms;
import dev.ottla.record.BatchHeader;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.storage.internals.log.AppendOrigin;
import org.apache.kafka.storage.internals.log.BatchMetadata;
import org.apache.kafka.storage.internals.log.ProducerAppendInfo;
import org.apache.kafka.storage.internals.log.ProducerStateEntry;
import org.apache.kafka.storage.internals.log.ProducerStateManager;
import org.apache.kafka.storage.internals.log.ProducerStateManagerConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same batches to our producers and to Apache Kafka's ProducerStateManager: the same verdicts, the same state, the same file. */
class ProducerStatesPropertyTest {
    private static final int RUNS = 200;
    private static final int STEPS = 80;

    @TempDir
    Path folder;

    @Test
    void decidesAsApacheKafkaDoes() throws IOException {
        for (long seed = 1; seed <= RUNS; seed++) {
            RandomSource random = RandomSource.seeded(seed);
            File home = java.nio.file.Files.createDirectory(folder.resolve("run" + seed))
                    .toFile();
            ProducerStateManager kafka = new ProducerStateManager(
                    new TopicPartition("orders", 3),
                    home,
                    900_000,
                    new ProducerStateManagerConfig(86_400_000, false),
                    Time.SYSTEM);
            ProducerStates ours = new ProducerStates();
            long offset = 0;
            for (int step = 0; step < STEPS; step++) {
                ByteBuffer batch = anyBatch(random);
                BatchHeader.assign(batch, 0, offset, 0);
                String expected = verdictOfKafka(kafka, batch);
                ProducerVerdict verdict = ours.check(batch, 0, offset, Terms.NONE);
                assertThat(describe(verdict)).as("seed %d, step %d", seed, step).isEqualTo(expected);
                if (verdict == ProducerVerdict.Accepted.ACCEPTED) {
                    ours.apply(batch, 0, BatchHeader.maxTimestampMs(batch, 0), 1000);
                    offset = BatchHeader.lastOffset(batch, 0) + 1;
                    kafka.updateMapEndOffset(offset);
                }
                if (step % 20 == 19) {
                    sameState(ours, kafka);
                    ours = throughASnapshot(ours, home);
                }
            }
        }
    }

    private static int below(RandomSource random, int bound) {
        return (int) Math.floorMod(random.nextLong(), (long) bound);
    }

    /** Few producers, epochs and sequences, so that all rules are met often; sequences around the wrap and around zero. */
    private static ByteBuffer anyBatch(RandomSource random) {
        long producerId = below(random, 3);
        int epoch = below(random, 10) == 0 ? below(random, 3) : 1;
        String[] values = new String[1 + below(random, 3)];
        java.util.Arrays.fill(values, "v");
        int near = below(random, 9) - 4;
        int sequence = producerId == 0 ? near & Integer.MAX_VALUE : Math.abs(near);
        return TestFolder.batchOf(producerId, epoch, sequence, 1000 + below(random, 100), values);
    }

    private static String verdictOfKafka(ProducerStateManager kafka, ByteBuffer bytes) {
        RecordBatch batch = MemoryRecords.readableRecords(bytes.duplicate())
                .batches()
                .iterator()
                .next();
        Optional<BatchMetadata> duplicate = kafka.lastEntry(batch.producerId())
                .filter(entry -> entry.producerEpoch() == batch.producerEpoch())
                .flatMap(entry -> entry.batchMetadata().stream()
                        .filter(known ->
                                known.firstSeq() == batch.baseSequence() && known.lastSeq() == batch.lastSequence())
                        .findFirst());
        if (duplicate.isPresent()) {
            return "duplicate " + duplicate.get().firstOffset() + " "
                    + duplicate.get().lastOffset();
        }
        try {
            ProducerAppendInfo info = kafka.prepareUpdate(batch.producerId(), AppendOrigin.CLIENT);
            info.append(batch, Optional.empty());
            kafka.update(info);
            return "accepted";
        } catch (OutOfOrderSequenceException e) {
            return ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER.name();
        } catch (InvalidProducerEpochException e) {
            return ErrorCode.INVALID_PRODUCER_EPOCH.name();
        }
    }

    private static String describe(ProducerVerdict verdict) {
        return switch (verdict) {
            case ProducerVerdict.Accepted accepted -> "accepted";
            case ProducerVerdict.Duplicate duplicate ->
                "duplicate " + duplicate.firstOffset() + " " + duplicate.lastOffset();
            case ProducerVerdict.Refused refused -> refused.code().name();
        };
    }

    private static void sameState(ProducerStates ours, ProducerStateManager kafka) {
        assertThat(ours.entries()).hasSize(kafka.activeProducers().size());
        for (ProducerEntry entry : ours.entries()) {
            ProducerStateEntry other = kafka.lastEntry(entry.producerId()).orElseThrow();
            assertThat(entry.epoch()).isEqualTo(other.producerEpoch());
            assertThat(entry.lastSequence()).isEqualTo(lastSequence(other));
            assertThat(entry.lastTimestampMs()).isEqualTo(other.lastTimestamp());
        }
    }

    private static int lastSequence(ProducerStateEntry entry) {
        return entry.batchMetadata().stream()
                .reduce((first, second) -> second)
                .map(BatchMetadata::lastSeq)
                .orElse(-1);
    }

    /** Kafka reads our snapshot and finds what it knows; we read it and know as much as before, all five batches included. */
    private static ProducerStates throughASnapshot(ProducerStates ours, File home) throws IOException {
        byte[] content = ProducerSnapshot.encode(ours.entries());
        Path file = home.toPath().resolve("00000000000000000001.snapshot");
        java.nio.file.Files.write(file, content);
        java.util.Map<Long, ProducerStateEntry> last = new java.util.HashMap<>();
        ProducerStateManager.readSnapshot(file.toFile()).forEach(entry -> last.put(entry.producerId(), entry));
        java.nio.file.Files.delete(file);
        for (ProducerEntry entry : ours.entries()) {
            assertThat(lastSequence(last.get(entry.producerId()))).isEqualTo(entry.lastSequence());
            assertThat(last.get(entry.producerId()).producerEpoch()).isEqualTo(entry.epoch());
        }
        List<ProducerEntry> decoded = new ArrayList<>(ProducerSnapshot.decode(content, 2000, 86_400_000));
        ProducerStates again = new ProducerStates();
        again.load(decoded);
        assertThat(ProducerSnapshot.encode(again.entries())).isEqualTo(content);
        return again;
    }
}
