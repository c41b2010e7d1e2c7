package dev.ottla.broker.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.base.ErrorCode;
import dev.ottla.broker.coordination.TransactionGate;
import dev.ottla.broker.coordination.TransactionGate.Mode;
import dev.ottla.broker.wire.ApiKeys;
import dev.ottla.coordinator.runtime.Waiter;
import dev.ottla.coordinator.txn.ProducerIdentity;
import dev.ottla.coordinator.txn.TransactionPartition;
import dev.ottla.record.BatchBuilder;
import dev.ottla.replication.Partition;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.ProduceResponseData.PartitionProduceResponse;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The first batch of a transaction waits for what its coordinator says. */
class TransactionAdmissionTest {
    private static final TransactionPartition PLACE = new TransactionPartition("t", 0);
    private static final short FIRST_VERSION = 9;
    private static final short SECOND_VERSION = 12;

    @TempDir
    private Path folder;

    private final List<Asked> asked = new ArrayList<>();
    private DataRoom room;
    private Uuid id;

    private record Asked(TransactionGate.Question question, Waiter<Map<TransactionPartition, ErrorCode>> waiter) {
        void answer(ErrorCode code) {
            waiter.answer(Map.of(PLACE, code));
        }
    }

    @BeforeEach
    void start() throws IOException {
        room = new DataRoom(folder);
        room.ask((question, waiter) -> asked.add(new Asked(question, waiter)));
        id = Wire.uuid(room.createTopic("t", 1));
    }

    @AfterEach
    void stop() {
        room.close();
    }

    @Test
    void aBatchIsAppendedOnlyWhenTheCoordinatorKnowsOfIt() {
        // Given the first batch of a transaction
        TestExchange first = room.send(batch(0), SECOND_VERSION);

        // Then nothing is appended before the answer
        assertThat(asked)
                .singleElement()
                .satisfies(one -> assertThat(one.question())
                        .isEqualTo(new TransactionGate.Question(
                                "tx", new ProducerIdentity(5, (short) 2), Set.of(PLACE), Mode.ADD)));
        assertThat(partition().endOffset()).isZero();
        assertThat(first.isEnded()).isFalse();

        // And when the answer comes, then it is, and more of the same transaction without a question
        asked.getFirst().answer(ErrorCode.NONE);
        room.loop().run();
        assertThat(codeOf(first, SECOND_VERSION)).isEqualTo(Errors.NONE);
        assertThat(codeOf(room.send(batch(1), SECOND_VERSION), SECOND_VERSION)).isEqualTo(Errors.NONE);
        assertThat(asked).hasSize(1);
        assertThat(partition().endOffset()).isEqualTo(2);
    }

    @Test
    void whatTheOldProtocolHasAddedIsVerified() {
        TestExchange first = room.send(batch(0), FIRST_VERSION);
        assertThat(asked)
                .singleElement()
                .satisfies(one -> assertThat(one.question().mode()).isEqualTo(Mode.VERIFY));
        asked.getFirst().answer(ErrorCode.TRANSACTION_ABORTABLE);
        room.loop().run();
        assertThat(codeOf(first, FIRST_VERSION)).isEqualTo(Errors.INVALID_TXN_STATE);
        assertThat(partition().endOffset()).isZero();
    }

    @Test
    void aTransactionThatEndsWhileItIsAskedForTakesNoMore() {
        // Given a batch that is asked for
        TestExchange first = room.send(batch(0), FIRST_VERSION);

        // When the transaction is aborted by a marker of the old protocol before the answer is here
        var marked = partition().appendMarker(5, (short) 2, false, 0, 0, Batches.TIME_MS);
        assertThat(marked.succeeded()).isTrue();
        asked.getFirst().answer(ErrorCode.NONE);
        room.loop().run();

        // Then the batch, which nobody would ever end, is not appended
        assertThat(codeOf(first, FIRST_VERSION)).isEqualTo(Errors.INVALID_TXN_STATE);
        assertThat(partition().endOffset()).isEqualTo(1);
        assertThat(partition().lastStableOffset()).isEqualTo(1);
    }

    @Test
    void theEndOfTheTransactionBeforeIsNoReasonToRefuseTheNext() {
        // Given a batch of the second version that is asked for while the transaction before is still being ended
        TestExchange first = room.send(batch(0), SECOND_VERSION);

        // When the markers of that come in, with the epoch that the producer has now, and then the answer
        var marked = partition().appendMarker(5, (short) 2, true, 0, 2, Batches.TIME_MS);
        assertThat(marked.succeeded()).isTrue();
        asked.getFirst().answer(ErrorCode.NONE);
        room.loop().run();

        // Then the batch is appended
        assertThat(codeOf(first, SECOND_VERSION)).isEqualTo(Errors.NONE);
        assertThat(partition().endOffset()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(shorts = {FIRST_VERSION, SECOND_VERSION})
    void whatIsSentBehindARefusedFirstBatchIsRefusedUntilThatIsThere(short version) {
        // Given a producer that sent a second batch without waiting for what becomes of the first
        TestExchange first = room.send(batch(0), version);
        TestExchange second = room.send(batch(1), version);

        // When the coordinator had no time for the first, but has for the second
        asked.getFirst().waiter().refuse(ErrorCode.NOT_COORDINATOR, "");
        asked.getLast().answer(ErrorCode.NONE);
        room.loop().run();

        // Then neither is appended
        assertThat(codeOf(first, version)).isEqualTo(Errors.NOT_ENOUGH_REPLICAS);
        assertThat(codeOf(second, version)).isEqualTo(Errors.OUT_OF_ORDER_SEQUENCE_NUMBER);
        assertThat(partition().endOffset()).isZero();

        // And when both are sent again, then both are, in order
        TestExchange again = room.send(batch(0), version);
        asked.getLast().answer(ErrorCode.NONE);
        room.loop().run();
        assertThat(codeOf(again, version)).isEqualTo(Errors.NONE);
        assertThat(codeOf(room.send(batch(1), version), version)).isEqualTo(Errors.NONE);
        assertThat(partition().endOffset()).isEqualTo(2);
    }

    @Test
    void ofAProducerThatIsNotKnownTheFirstVersionMayBeginAnywhere() {
        // Given
        TestExchange first = room.send(batch(7), FIRST_VERSION);
        // When
        asked.getFirst().answer(ErrorCode.NONE);
        room.loop().run();
        // Then
        assertThat(codeOf(first, FIRST_VERSION)).isEqualTo(Errors.NONE);
    }

    @Test
    void ofAProducerThatIsNotKnownTheSecondVersionBeginsWithItsFirst() {
        // Given
        TestExchange first = room.send(batch(7), SECOND_VERSION);
        // When
        asked.getFirst().answer(ErrorCode.NONE);
        room.loop().run();
        // Then
        assertThat(codeOf(first, SECOND_VERSION)).isEqualTo(Errors.OUT_OF_ORDER_SEQUENCE_NUMBER);
        assertThat(partition().endOffset()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "10, TRANSACTION_ABORTABLE, INVALID_TXN_STATE",
        "11, TRANSACTION_ABORTABLE, TRANSACTION_ABORTABLE",
        "11, PRODUCER_FENCED, INVALID_PRODUCER_EPOCH",
        "11, INVALID_PRODUCER_ID_MAPPING, INVALID_PRODUCER_ID_MAPPING",
        "11, CONCURRENT_TRANSACTIONS, NOT_ENOUGH_REPLICAS",
        "12, CONCURRENT_TRANSACTIONS, CONCURRENT_TRANSACTIONS",
        "12, COORDINATOR_LOAD_IN_PROGRESS, NOT_ENOUGH_REPLICAS",
        "12, NOT_COORDINATOR, NOT_ENOUGH_REPLICAS"
    })
    void aRefusalIsSaidInWordsThatTheClientKnows(short version, ErrorCode refusal, Errors said) {
        TestExchange first = room.send(batch(0), version);
        asked.getFirst().waiter().refuse(refusal, "");
        room.loop().run();
        assertThat(codeOf(first, version)).isEqualTo(said);
        assertThat(partition().endOffset()).isZero();
    }

    private Partition partition() {
        return room.partitions().byName("t", 0);
    }

    private ProduceRequestData batch(int sequence) {
        ByteBuffer batch = new BatchBuilder()
                .producer(5, (short) 2, sequence)
                .transactional()
                .append(Batches.TIME_MS, null, ByteBuffer.wrap(new byte[] {1}))
                .build();
        return Batches.produce(1, "t", id, 0, batch).setTransactionalId("tx");
    }

    private static Errors codeOf(TestExchange exchange, short version) {
        exchange.awaitEnd();
        ProduceResponseData response = DataRoom.read(exchange, ApiKeys.PRODUCE, version, new ProduceResponseData());
        PartitionProduceResponse only =
                response.responses().iterator().next().partitionResponses().getFirst();
        return Errors.forCode(only.errorCode());
    }
}
