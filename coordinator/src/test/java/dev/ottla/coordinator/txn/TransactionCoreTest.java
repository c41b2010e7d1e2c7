package dev.ottla.coordinator.txn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.coordinator.runtime.BatchKind;
import dev.ottla.coordinator.runtime.Now;
import dev.ottla.coordinator.runtime.Step;
import dev.ottla.coordinator.runtime.StoredEvent;
import dev.ottla.coordinator.runtime.Waiter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TransactionCoreTest {
    private static final short LAST_EPOCH = Short.MAX_VALUE - 1;
    private static final long DAY_MS = 86_400_000;
    private static final TransactionPartition PARTITION = new TransactionPartition("t", 0);
    private static final TransactionSettings SETTINGS = new TransactionSettings(900_000, DAY_MS, 3_600_000);

    private final List<Ending> endings = new ArrayList<>();
    private final Kept<Ending> markers = new Kept<>(endings);
    private @Nullable Long nextId = 900L;
    private short level = Transaction.VERSION_2;
    private final TransactionCore core =
            new TransactionCore(new TransactionPorts(() -> SETTINGS, () -> level, () -> nextId, markers));
    private long nowMs = 1_000_000;

    @Test
    void whenTheEpochsAreUsedUpTheNextTransactionHasAnotherProducerId() {
        // Given an open transaction with the last epoch that a producer may have
        stands(TransactionStatus.ONGOING, LAST_EPOCH);
        ProducerIdentity last = new ProducerIdentity(5, LAST_EPOCH);

        // When it is committed
        Kept<ProducerIdentity> answer = end(last, true);

        // Then the producer goes on under another id, and its markers have the one epoch above
        assertThat(answer.kept).containsExactly(new ProducerIdentity(900, (short) 0));
        assertThat(endings)
                .singleElement()
                .satisfies(ending -> assertThat(ending.producer()).isEqualTo(new ProducerIdentity(5, Short.MAX_VALUE)));

        // And when the request is repeated after the markers, the answer is the same
        run(step -> core.complete(endings.getFirst(), step));
        assertThat(end(last, true).kept).containsExactly(new ProducerIdentity(900, (short) 0));
    }

    @Test
    void whoBeginsWhenTheEpochsAreUsedUpGetsAnotherProducerId() {
        stands(TransactionStatus.COMPLETE_COMMIT, LAST_EPOCH);
        Kept<ProducerIdentity> answer = new Kept<>(new ArrayList<>());
        run(step -> core.init("id", 1_000, null, answer, step));
        assertThat(answer.kept).containsExactly(new ProducerIdentity(900, (short) 0));
    }

    @Test
    void whatTimesOutWithTheLastEpochGoesOnUnderAnotherProducerId() {
        // Given a transaction with the last epoch that a producer may have, whose time is over
        ProducerIdentity last = new ProducerIdentity(5, LAST_EPOCH);
        timesOut(LAST_EPOCH);
        assertThat(endings)
                .singleElement()
                .satisfies(ending -> assertThat(ending.producer()).isEqualTo(new ProducerIdentity(5, Short.MAX_VALUE)));

        // When its producer aborts it too, then it is told to wait, and after the markers it has another id
        assertThatThrownBy(() -> end(last, false))
                .isInstanceOfSatisfying(
                        OttlaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONCURRENT_TRANSACTIONS));
        run(step -> core.complete(endings.getFirst(), step));
        ProducerIdentity next = new ProducerIdentity(900, (short) 0);
        assertThat(end(last, false).kept).containsExactly(next);

        // And when it begins anew instead, then it is given the same
        Kept<ProducerIdentity> begun = new Kept<>(new ArrayList<>());
        run(step -> core.init("id", 1_000, last, begun, step));
        assertThat(begun.kept).containsExactly(next);

        // And its transactions end with epochs that there are
        run(step -> add(next, false, new Kept<>(new ArrayList<>()), step));
        assertThat(end(next, true).kept).containsExactly(new ProducerIdentity(900, (short) 1));
    }

    @Test
    void whoComesAfterAProducerWithTheLastEpochHasAnotherProducerId() {
        // Given an open transaction with the last epoch that a producer may have
        stands(TransactionStatus.ONGOING, LAST_EPOCH);

        // When another begins, and again when what was open is aborted
        run(step -> {
            Refused<ProducerIdentity> first = new Refused<>();
            core.init("id", 1_000, null, first, step);
            step.release();
            assertThat(first.code).isEqualTo(ErrorCode.CONCURRENT_TRANSACTIONS);
        });
        run(step -> core.complete(endings.getFirst(), step));
        Kept<ProducerIdentity> answer = new Kept<>(new ArrayList<>());
        run(step -> core.init("id", 1_000, null, answer, step));

        // Then it has an id of its own, and the first one is fenced
        assertThat(answer.kept).containsExactly(new ProducerIdentity(900, (short) 1));
        for (boolean commit : new boolean[] {false, true}) {
            assertThatThrownBy(() -> end(new ProducerIdentity(5, LAST_EPOCH), commit))
                    .isInstanceOf(OttlaException.class);
        }
    }

    @Test
    void aTimeoutThatNeedsAProducerIdWhereNoneIsAtHandComesLater() {
        // Given no producer id at hand
        nextId = null;
        timesOut(LAST_EPOCH);
        assertThat(endings).isEmpty();
        // When there is one
        nextId = 900L;
        nowMs += TransactionSettings.TELL_AGAIN_MS;
        run(core::onTimers);
        // Then the transaction is aborted
        assertThat(endings)
                .singleElement()
                .satisfies(ending -> assertThat(ending.commit()).isFalse());
    }

    @Test
    void anEpochNeverOverflows() {
        // Given what an earlier build may have stored: an epoch that nobody should have
        stands(TransactionStatus.ONGOING, Short.MAX_VALUE);
        // When the transaction is ended
        Kept<ProducerIdentity> answer = end(new ProducerIdentity(5, Short.MAX_VALUE), true);
        // Then its markers have an epoch that partitions take, and the producer another id
        assertThat(endings)
                .singleElement()
                .satisfies(ending -> assertThat(ending.producer()).isEqualTo(new ProducerIdentity(5, Short.MAX_VALUE)));
        assertThat(answer.kept).containsExactly(new ProducerIdentity(900, (short) 0));
    }

    @Test
    void anEpochThatNobodyShouldHaveIsNotGivenToAnybody() {
        // Given what an earlier build stored when a transaction with the last epoch timed out
        core.replay(new TransactionStored(
                transaction("id", TransactionStatus.COMPLETE_ABORT, Short.MAX_VALUE, LAST_EPOCH, 60_000)));
        ProducerIdentity last = new ProducerIdentity(5, LAST_EPOCH);
        // When its producer aborts again, then it is refused
        assertThatThrownBy(() -> end(last, false))
                .isInstanceOfSatisfying(
                        OttlaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PRODUCER_FENCED));
        // And when it begins anew, then it has another id
        Kept<ProducerIdentity> begun = new Kept<>(new ArrayList<>());
        run(step -> core.init("id", 1_000, last, begun, step));
        assertThat(begun.kept).containsExactly(new ProducerIdentity(900, (short) 0));
    }

    @Test
    void belowTheSecondVersionATimeoutFences() {
        // Given a cluster at level 1
        level = 1;
        // When a transaction times out
        timesOut((short) 3);
        run(step -> core.complete(endings.getFirst(), step));
        // Then its producer is fenced, whatever it says
        for (short version : new short[] {Transaction.VERSION_0, Transaction.VERSION_2}) {
            assertThatThrownBy(() -> run(step -> core.end(
                            "id",
                            new ProducerIdentity(5, (short) 3),
                            false,
                            version,
                            new Kept<>(new ArrayList<>()),
                            step)))
                    .isInstanceOfSatisfying(
                            OttlaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PRODUCER_FENCED));
        }
    }

    private void timesOut(short epoch) {
        stands(TransactionStatus.ONGOING, epoch);
        run(core::resume);
        nowMs += 60_000;
        run(core::onTimers);
    }

    @Test
    void aRepeatedInitIsAnsweredByTheCoordinatorThatComesAfter() {
        // Given a producer that began anew with its epoch, whose answer was lost with the coordinator
        stands(TransactionStatus.EMPTY, (short) 3);
        List<TransactionEvent> events = run(step ->
                core.init("id", 1_000, new ProducerIdentity(5, (short) 3), new Kept<>(new ArrayList<>()), step));
        TransactionEventFormat format = new TransactionEventFormat(() -> Transaction.VERSION_2);
        StoredEvent stored = format.encode(events.getFirst());
        TransactionCore next = new TransactionCore(
                new TransactionPorts(() -> SETTINGS, () -> Transaction.VERSION_2, () -> 900L, markers));
        TransactionEvent read = format.decode(BatchKind.PLAIN, stored.key(), stored.value());
        assertThat(read).isEqualTo(events.getFirst());
        next.replay(events.getFirst());

        // When it asks again, then it is given the same
        Kept<ProducerIdentity> answer = new Kept<>(new ArrayList<>());
        Step<TransactionEvent> step = step();
        next.init("id", 1_000, new ProducerIdentity(5, (short) 3), answer, step);
        step.release();
        assertThat(answer.kept).containsExactly(new ProducerIdentity(5, (short) 4));
    }

    @Test
    void theFirstBatchOfTheNextTransactionWaitsForTheEndOfTheLast() {
        // Given a transaction that is being ended
        stands(TransactionStatus.ONGOING, (short) 3);
        ProducerIdentity next =
                end(new ProducerIdentity(5, (short) 3), true).kept.getFirst();

        // When its producer goes on, then an impatient asker is refused and a patient one waits
        assertThatThrownBy(() -> run(step -> add(next, false, new Kept<>(new ArrayList<>()), step)))
                .isInstanceOfSatisfying(
                        OttlaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONCURRENT_TRANSACTIONS));
        Kept<ErrorCode> waiting = new Kept<>(new ArrayList<>());
        run(step -> add(next, true, waiting, step));
        assertThat(waiting.kept).isEmpty();

        // Until the markers are written
        run(step -> core.complete(endings.getFirst(), step));
        assertThat(waiting.kept).containsExactly(ErrorCode.NONE);
    }

    @Test
    void nobodyWaitsForEverNorInAnyNumber() {
        // Given as many who wait as may
        stands(TransactionStatus.ONGOING, (short) 3);
        ProducerIdentity next =
                end(new ProducerIdentity(5, (short) 3), true).kept.getFirst();
        List<ErrorCode> answers = new ArrayList<>();
        for (int i = 0; i < TransactionSettings.MAX_WAITING; i++) {
            run(step -> add(next, true, new Kept<>(answers), step));
        }

        // When one more comes, then it is refused; and when the markers take too long, all are
        assertThatThrownBy(() -> run(step -> add(next, true, new Kept<>(answers), step)))
                .isInstanceOf(OttlaException.class);
        nowMs += TransactionSettings.MAX_WAIT_MS;
        run(core::onTimers);
        assertThat(answers).hasSize(TransactionSettings.MAX_WAITING).containsOnly(ErrorCode.CONCURRENT_TRANSACTIONS);
    }

    @Test
    void partitionsAreToldAgainUntilAllKnow() {
        stands(TransactionStatus.ONGOING, (short) 3);
        var _ = end(new ProducerIdentity(5, (short) 3), false);
        nowMs += TransactionSettings.TELL_AGAIN_MS;
        run(core::onTimers);
        assertThat(endings).hasSize(2).containsOnly(endings.getFirst());
        run(step -> core.complete(endings.getFirst(), step));
        nowMs += TransactionSettings.TELL_AGAIN_MS;
        run(core::onTimers);
        assertThat(endings).hasSize(2);
    }

    @Test
    void whatNobodyUsesIsForgottenAndWhatIsOpenIsNot() {
        // Given one id at rest and one with an open transaction of a day
        stands(TransactionStatus.COMPLETE_ABORT, (short) 3);
        core.replay(
                new TransactionStored(transaction("open", TransactionStatus.ONGOING, (short) 0, (int) (3 * DAY_MS))));

        // When nobody has used them for longer than ids are kept
        nowMs += DAY_MS + 1;
        List<TransactionEvent> events = run(core::resume);
        nowMs += SETTINGS.expiryCheckIntervalMs();
        events.addAll(run(core::onTimers));

        // Then the one at rest is forgotten
        assertThat(events).containsExactly(new TransactionForgotten("id"));
    }

    private void add(
            ProducerIdentity producer, boolean patient, Waiter<ErrorCode> waiter, Step<TransactionEvent> step) {
        core.add("id", producer, Set.of(PARTITION), Transaction.VERSION_2, patient, waiter, step);
    }

    private Kept<ProducerIdentity> end(ProducerIdentity producer, boolean commit) {
        Kept<ProducerIdentity> answer = new Kept<>(new ArrayList<>());
        run(step -> core.end("id", producer, commit, Transaction.VERSION_2, answer, step));
        return answer;
    }

    private void stands(TransactionStatus status, short epoch) {
        core.replay(new TransactionStored(transaction("id", status, epoch, 60_000)));
    }

    private Transaction transaction(String id, TransactionStatus status, short epoch, int timeoutMs) {
        return transaction(id, status, epoch, ProducerIdentity.NO_EPOCH, timeoutMs);
    }

    private Transaction transaction(String id, TransactionStatus status, short epoch, short lastEpoch, int timeoutMs) {
        return new Transaction(
                id,
                5,
                -1,
                -1,
                epoch,
                lastEpoch,
                timeoutMs,
                status,
                status == TransactionStatus.ONGOING
                        ? Collections.unmodifiableSortedSet(new TreeSet<>(Set.of(PARTITION)))
                        : Collections.emptySortedSet(),
                nowMs,
                nowMs,
                Transaction.VERSION_2);
    }

    private interface Command {
        void on(Step<TransactionEvent> step);
    }

    private List<TransactionEvent> run(Command command) {
        Step<TransactionEvent> step = step();
        command.on(step);
        step.release();
        return new ArrayList<>(step.events());
    }

    private Step<TransactionEvent> step() {
        return new Step<>(new Now(nowMs, nowMs));
    }

    /** Keeps why it is refused. */
    private static final class Refused<R> implements Waiter<R> {
        private @Nullable ErrorCode code;

        @Override
        public void answer(R response) {
            throw new AssertionError(response);
        }

        @Override
        public void refuse(ErrorCode why, String detail) {
            code = why;
        }
    }

    /** Keeps what it is answered. */
    private static final class Kept<R> implements Waiter<R> {
        private final List<R> kept;

        Kept(List<R> kept) {
            this.kept = kept;
        }

        @Override
        public void answer(R response) {
            kept.add(response);
        }

        @Override
        public void refuse(ErrorCode code, String detail) {
            throw new AssertionError(code + " " + detail);
        }
    }
}
