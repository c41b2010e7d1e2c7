package dev.ottla.broker.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.broker.wire.ApiKeys;
import dev.ottla.record.BatchBuilder;
import dev.ottla.replication.Partition;
import dev.ottla.replication.PartitionWatcher;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.ProduceResponseData.PartitionProduceResponse;
import org.apache.kafka.common.protocol.Errors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client hears, and when, while the journal's force is under way or has failed. */
class ProduceJournalTest {
    private static final short VERSION = 9;

    @TempDir
    private Path folder;

    private final GatedForces forces = new GatedForces();
    private DataRoom room;
    private Uuid id;

    @BeforeEach
    void start() throws IOException {
        room = new DataRoom(folder, Runnable::run, forces.files(), 16 << 20);
        id = Wire.uuid(room.createTopic("t", 1));
    }

    @AfterEach
    void stop() {
        forces.open();
        room.close();
    }

    private Partition partition() {
        return room.partitions().byName("t", 0);
    }

    private TestExchange send(int acks, ByteBuffer batch) {
        return room.send(Batches.produce(acks, "t", id, 0, batch), VERSION);
    }

    private PartitionProduceResponse answer(TestExchange exchange) {
        Awaitility.await().until(() -> {
            room.loop().run();
            return exchange.isEnded();
        });
        return DataRoom.read(exchange, ApiKeys.PRODUCE, VERSION, new ProduceResponseData())
                .responses()
                .iterator()
                .next()
                .partitionResponses()
                .getFirst();
    }

    private static ByteBuffer idempotent(String value) {
        return new BatchBuilder()
                .producer(7, (short) 0, 0)
                .append(1, null, ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8)))
                .build();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, -1})
    void nothingIsAcknowledgedNorShownBeforeTheForce(int acks) {
        // Given a force that does not come back
        forces.shut();

        // When records are produced
        TestExchange first = send(acks, Batches.of("a"));
        forces.awaitForce();
        TestExchange second = send(acks, Batches.of("b"));
        room.loop().run();

        // Then they are in the log, but nobody hears or sees anything of them; the connection goes on
        assertThat(partition().endOffset()).isEqualTo(2);
        assertThat(first.isEnded()).isFalse();
        assertThat(first.areEffectsDone()).isTrue();
        assertThat(second.isEnded()).isFalse();
        assertThat(partition().highWatermark()).isZero();

        // When it comes back, then both are answered and shown
        forces.open();
        assertThat(answer(first).baseOffset()).isZero();
        assertThat(answer(second).baseOffset()).isEqualTo(1);
        assertThat(partition().highWatermark()).isEqualTo(2);
    }

    @Test
    void whoWaitsForRecordsIsToldOnceAndOnlyAfterTheForce() {
        // Given somebody who waits, and a force that does not come back
        AtomicInteger toldBytes = new AtomicInteger();
        PartitionWatcher watcher = new PartitionWatcher() {
            @Override
            public void onProgress(Partition partition, int sizeBytes) {
                toldBytes.addAndGet(sizeBytes);
            }

            @Override
            public void onChange(Partition partition) {
                // Nothing is waited for here.
            }
        };
        partition().watch(watcher);
        forces.shut();

        // When a batch is appended, then it is not told of, until the force comes back
        ByteBuffer batch = Batches.of("a");
        int sizeBytes = batch.remaining();
        TestExchange exchange = send(1, batch);
        forces.awaitForce();
        assertThat(toldBytes).hasValue(0);
        forces.open();
        answer(exchange);
        assertThat(toldBytes).hasValue(sizeBytes);
    }

    @Test
    void aRepeatedBatchIsNotAcknowledgedBeforeItsForceEither() {
        // Given a batch whose force does not come back
        forces.shut();
        TestExchange original = send(-1, idempotent("once"));
        forces.awaitForce();

        // When it is sent again
        TestExchange repeated = send(-1, idempotent("once"));
        room.loop().run();

        // Then the second waits as the first does, and both get the same offset
        assertThat(repeated.isEnded()).isFalse();
        forces.open();
        assertThat(answer(original).baseOffset()).isZero();
        assertThat(answer(repeated).baseOffset()).isZero();
        assertThat(partition().endOffset()).isEqualTo(1);
    }

    @Test
    void acksZeroWaitsForNothing() {
        forces.shut();
        TestExchange exchange = send(0, Batches.of("a"));
        assertThat(exchange.isEnded()).isTrue();
        assertThat(exchange.isClosed()).isFalse();
    }

    @Test
    void aFailedForceIsNeverTriedAgain() {
        // Given a force that fails, and would succeed the next time
        forces.shut();
        TestExchange waiting = send(-1, Batches.of("a"));
        forces.awaitForce();
        forces.failOnce();

        // When it comes back, then its record is not acknowledged, nor is any other
        forces.open();
        assertThat(Errors.forCode(answer(waiting).errorCode())).isEqualTo(Errors.KAFKA_STORAGE_ERROR);
        assertThat(Errors.forCode(answer(send(-1, Batches.of("b"))).errorCode()))
                .isEqualTo(Errors.KAFKA_STORAGE_ERROR);
        assertThat(Errors.forCode(answer(send(1, Batches.of("c"))).errorCode())).isEqualTo(Errors.KAFKA_STORAGE_ERROR);
    }

    @Test
    void aTimeOutSaysSo() {
        forces.shut();
        TestExchange exchange = send(-1, Batches.of("a"));
        forces.awaitForce();
        room.loop().advance(60_000);
        assertThat(Errors.forCode(answer(exchange).errorCode())).isEqualTo(Errors.REQUEST_TIMED_OUT);
    }
}
