package dev.ottla.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.RandomSource;
import dev.ottla.log.producer.ProducerEntry;
import dev.ottla.log.producer.ProducerSnapshot;
import dev.ottla.log.producer.ProducerStates;
import dev.ottla.log.producer.ProducerVerdict;
import dev.ottla.log.producer.Terms;
import dev.ottla.log.producer.TransactionMarker;
import dev.ottla.record.BatchBuilder;
import dev.ottla.record.BatchHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.TransactionCoordinatorFencedException;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.EndTransactionMarker;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.storage.internals.log.AppendOrigin;
import org.apache.kafka.storage.internals.log.CompletedTxn;
import org.apache.kafka.storage.internals.log.ProducerAppendInfo;
import org.apache.kafka.storage.internals.log.ProducerStateEntry;
import org.apache.kafka.storage.internals.log.ProducerStateManager;
import org.apache.kafka.storage.internals.log.ProducerStateManagerConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Coordinators' batches in transactions and their ends, to our producers and to Apache Kafka's ProducerStateManager: the same verdicts, the same state. */
class TransactionRulesPropertyTest {
    private static final int RUNS = 200;
    private static final int STEPS = 60;

    @TempDir
    Path folder;

    private long completed;
    private long refused;
    private long repeated;

    /** A batch, and the transaction version that it comes with. */
    private record Sent(ByteBuffer batch, int version) {
        long producerId() {
            return BatchHeader.producerId(batch, 0);
        }

        /** Of a client, not of a coordinator. */
        boolean isClients() {
            return BatchHeader.baseSequence(batch, 0) >= 0;
        }

        AppendOrigin origin() {
            return isClients() ? AppendOrigin.CLIENT : AppendOrigin.COORDINATOR;
        }
    }

    @Test
    void whatIsSentBehindTheFirstBatchOfATransactionNeverOvertakesItAsInApacheKafka() throws IOException {
        long outOfOrder = 0;
        long inOrder = 0;
        for (long seed = 1; seed <= RUNS; seed++) {
            // Given a partition that knows nobody
            RandomSource random = RandomSource.seeded(seed);
            ProducerStateManager kafka = kafkas("first" + seed);
            ProducerStates ours = new ProducerStates();
            long offset = 0;
            for (int step = 0; step < STEPS; step++) {
                // When clients' batches come, of which some are held up while a coordinator is asked and perhaps
                // refused then, and markers
                Sent sent = below(random, 5) == 0 ? any(random) : clients(random);
                BatchHeader.assign(sent.batch(), 0, offset, 0);
                if (sent.isClients() && kafka.lastEntry(sent.producerId()).isEmpty()) {
                    hold(sent, ours, kafka);
                    if (below(random, 2) == 0) {
                        continue;
                    }
                }
                String expected = verdictOfKafka(kafka, sent);
                Terms terms =
                        sent.isClients() ? Terms.askedAt(offset + 1, sent.version()) : Terms.ofMarker(sent.version());
                ProducerVerdict verdict = ours.check(sent.batch(), 0, offset, terms);
                // Then both say the same
                assertThat(describe(verdict)).as("seed %d, step %d", seed, step).isEqualTo(expected);
                if (verdict == ProducerVerdict.Accepted.ACCEPTED) {
                    var _ = ours.apply(sent.batch(), 0, 1000, 1000);
                    offset = BatchHeader.lastOffset(sent.batch(), 0) + 1;
                    kafka.updateMapEndOffset(offset);
                    inOrder += sent.isClients() ? 1 : 0;
                } else {
                    outOfOrder += expected.equals(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER.name()) ? 1 : 0;
                }
            }
        }
        assertThat(outOfOrder).isGreaterThan(RUNS);
        assertThat(inOrder).isGreaterThan(RUNS);
    }

    private static void hold(Sent sent, ProducerStates ours, ProducerStateManager kafka) {
        int sequence = BatchHeader.baseSequence(sent.batch(), 0);
        short epoch = BatchHeader.producerEpoch(sent.batch(), 0);
        ours.holdFirst(sent.producerId(), epoch, sequence, 1000);
        var _ = kafka.maybeCreateVerificationStateEntry(sent.producerId(), sequence, epoch, sent.version() >= 2);
    }

    /** Each producer speaks one version of the protocol; many of them, so that what is not known of one is seen often. */
    private static Sent clients(RandomSource random) {
        int producerId = below(random, 8);
        BatchBuilder batch = new BatchBuilder()
                .producer(producerId, (short) below(random, 2), below(random, 4))
                .transactional();
        batch.append(1000, ByteBuffer.wrap("key".getBytes(StandardCharsets.UTF_8)), null);
        return new Sent(batch.build(), producerId % 2 == 0 ? 2 : 0);
    }

    @Test
    void decidesAsApacheKafkaDoes() throws IOException {
        for (long seed = 1; seed <= RUNS; seed++) {
            // Given a partition that knows nobody
            run(seed);
        }
        // Then what the rules are about has happened
        assertThat(completed).isGreaterThan(RUNS);
        assertThat(refused).isGreaterThan(RUNS);
        assertThat(repeated).isGreaterThan(RUNS);
    }

    private void run(long seed) throws IOException {
        RandomSource random = RandomSource.seeded(seed);
        ProducerStateManager kafka = kafkas("run" + seed);
        ProducerStates ours = new ProducerStates();
        long offset = 0;
        for (int step = 0; step < STEPS; step++) {
            // When a batch or a marker comes
            Sent sent = any(random);
            BatchHeader.assign(sent.batch(), 0, offset, 0);
            String expected = verdictOfKafka(kafka, sent);
            ProducerVerdict verdict = ours.check(sent.batch(), 0, offset, Terms.ofMarker(sent.version()));
            // Then both say the same, and know the same
            assertThat(describe(verdict)).as("seed %d, step %d", seed, step).isEqualTo(expected);
            if (verdict == ProducerVerdict.Accepted.ACCEPTED) {
                boolean marker = BatchHeader.isControl(sent.batch(), 0);
                boolean ended = ours.apply(sent.batch(), 0, 1000, 1000) != null;
                completed += ended ? 1 : 0;
                repeated += marker && !ended ? 1 : 0;
                offset = BatchHeader.lastOffset(sent.batch(), 0) + 1;
                kafka.updateMapEndOffset(offset);
            } else {
                refused++;
            }
            sameState(ours, kafka, "seed " + seed + ", step " + step);
            if (step % 10 == 9) {
                ours = again(ours);
                sameState(ours, kafka, "seed " + seed + ", after a snapshot in step " + step);
            }
        }
    }

    private ProducerStateManager kafkas(String name) throws IOException {
        return new ProducerStateManager(
                new TopicPartition("orders", 3),
                java.nio.file.Files.createDirectory(folder.resolve(name)).toFile(),
                900_000,
                new ProducerStateManagerConfig(86_400_000, false),
                Time.SYSTEM);
    }

    private static Sent any(RandomSource random) {
        long producerId = below(random, 2);
        short epoch = below(random, 12) == 0 ? Short.MAX_VALUE : (short) below(random, 4);
        if (below(random, 2) == 0) {
            return new Sent(pending(producerId, epoch, 1 + below(random, 3)), 0);
        }
        TransactionMarker marker = new TransactionMarker(below(random, 2) == 0, below(random, 3));
        return new Sent(marker.batch(producerId, epoch, 1000), below(random, 3));
    }

    private static ByteBuffer pending(long producerId, short epoch, int records) {
        BatchBuilder batch = new BatchBuilder().producer(producerId, epoch, -1).transactional();
        for (int i = 0; i < records; i++) {
            batch.append(1000, ByteBuffer.wrap("key".getBytes(StandardCharsets.UTF_8)), null);
        }
        return batch.build();
    }

    private static String verdictOfKafka(ProducerStateManager kafka, Sent sent) {
        RecordBatch batch = MemoryRecords.readableRecords(sent.batch().duplicate())
                .batches()
                .iterator()
                .next();
        boolean known = kafka.lastEntry(batch.producerId())
                .filter(entry -> entry.producerEpoch() == batch.producerEpoch())
                .filter(entry -> entry.batchMetadata().stream().anyMatch(one -> one.firstSeq() == batch.baseSequence()))
                .isPresent();
        if (sent.isClients() && known) {
            return "duplicate";
        }
        try {
            ProducerAppendInfo info = kafka.prepareUpdate(batch.producerId(), sent.origin());
            Optional<CompletedTxn> ended = info.append(batch, Optional.empty(), (short) sent.version());
            kafka.update(info);
            ended.ifPresent(kafka::completeTxn);
            // As UnifiedLog does
            kafka.clearVerificationStateEntry(batch.producerId());
            return "accepted";
        } catch (OutOfOrderSequenceException e) {
            return ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER.name();
        } catch (InvalidProducerEpochException e) {
            return ErrorCode.INVALID_PRODUCER_EPOCH.name();
        } catch (TransactionCoordinatorFencedException e) {
            return ErrorCode.TRANSACTION_COORDINATOR_FENCED.name();
        }
    }

    private static String describe(ProducerVerdict verdict) {
        return switch (verdict) {
            case ProducerVerdict.Accepted accepted -> "accepted";
            case ProducerVerdict.Duplicate duplicate -> "duplicate";
            case ProducerVerdict.Refused refused -> refused.code().name();
        };
    }

    private static void sameState(ProducerStates ours, ProducerStateManager kafka, String where) {
        for (ProducerEntry entry : ours.entries()) {
            ProducerStateEntry other = kafka.lastEntry(entry.producerId()).orElseThrow();
            assertThat(entry.epoch()).as(where).isEqualTo(other.producerEpoch());
            assertThat(entry.coordinatorEpoch()).as(where).isEqualTo(other.coordinatorEpoch());
            assertThat(entry.lastSequence()).as(where).isEqualTo(lastSequence(other));
            assertThat(entry.transactionFirstOffset())
                    .as(where)
                    .isEqualTo(other.currentTxnFirstOffset().orElse(-1));
        }
        assertThat(ours.entries()).as(where).hasSize(kafka.activeProducers().size());
    }

    private static int lastSequence(ProducerStateEntry entry) {
        return entry.batchMetadata().isEmpty()
                ? -1
                : List.copyOf(entry.batchMetadata()).getLast().lastSeq();
    }

    private static ProducerStates again(ProducerStates ours) throws IOException {
        ProducerStates again = new ProducerStates();
        again.load(ProducerSnapshot.decode(ProducerSnapshot.encode(ours.entries()), 2000, 86_400_000));
        return again;
    }

    @Test
    void aMarkerIsWrittenAsApacheKafkaWritesIt() {
        for (boolean commit : new boolean[] {false, true}) {
            // Given
            MemoryRecords kafkas = MemoryRecords.withEndTransactionMarker(
                    17,
                    1234,
                    5,
                    77,
                    (short) 3,
                    new EndTransactionMarker(commit ? ControlRecordType.COMMIT : ControlRecordType.ABORT, 9));
            // When
            ByteBuffer ours = new TransactionMarker(commit, 9).batch(77, (short) 3, 1234);
            BatchHeader.assign(ours, 0, 17, 5);
            // Then
            assertThat(ours).isEqualTo(kafkas.buffer());
            assertThat(TransactionMarker.parse(ours, 0)).isEqualTo(new TransactionMarker(commit, 9));
        }
    }

    @Test
    void aBatchThatWasHeldUpUntilAfterItsTransactionsEndIsRefused() {
        // Given a coordinator that was asked at offset 1, and a transaction that ended there since
        ProducerStates states = new ProducerStates();
        ByteBuffer first = pending(7, (short) 0, 1);
        BatchHeader.assign(first, 0, 0, 0);
        var _ = states.apply(first, 0, 1000, 1000);
        ByteBuffer marker = new TransactionMarker(true, 0).batch(7, (short) 0, 1000);
        BatchHeader.assign(marker, 0, 1, 0);
        var _ = states.apply(marker, 0, 1000, 1000);
        // When its batch comes at last
        ByteBuffer late = pending(7, (short) 0, 1);
        // Then it does not begin a transaction that nobody would end, but one asked for later may
        assertThat(describe(states.check(late, 0, 2, Terms.askedAt(1)))).isEqualTo("INVALID_TXN_STATE");
        assertThat(describe(states.checkPending(7, (short) 0, 1, 2))).isEqualTo("INVALID_TXN_STATE");
        assertThat(states.check(late, 0, 2, Terms.askedAt(2))).isEqualTo(ProducerVerdict.Accepted.ACCEPTED);
        assertThat(states.check(late, 0, 2, Terms.NONE)).isEqualTo(ProducerVerdict.Accepted.ACCEPTED);
    }

    private static int below(RandomSource random, int bound) {
        return (int) Math.floorMod(random.nextLong(), (long) bound);
    }
}
