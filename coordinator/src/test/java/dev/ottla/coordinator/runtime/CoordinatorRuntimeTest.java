package dev.ottla.coordinator.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ottla.base.Clock;
import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CoordinatorRuntimeTest {
    private static final int PARTITION = 3;

    private final MemoryEventLog log = new MemoryEventLog();
    private final CoordinatorRuntime<CounterCore, Integer> runtime = runtime(60_000);

    private static CoordinatorRuntime<CounterCore, Integer> runtime(long commitTimeoutMs) {
        return new CoordinatorRuntime<>(
                "test", CounterCore.FORMAT, CounterCore::new, Clock.system(), new RuntimeSettings(commitTimeoutMs));
    }

    @AfterEach
    void close() {
        runtime.close();
    }

    private void lead() {
        runtime.lead(PARTITION, log);
        await().until(() -> read(runtime).whatever() != ErrorCode.COORDINATOR_LOAD_IN_PROGRESS);
    }

    private static Answers<Integer> add(CoordinatorRuntime<CounterCore, Integer> to, int amount) {
        Answers<Integer> answer = new Answers<>();
        to.submit(
                PARTITION,
                answer,
                (CounterCore core, Waiter<Integer> waiter, Step<Integer> step) -> core.add(amount, waiter, step));
        return answer;
    }

    private static Answers<Integer> read(CoordinatorRuntime<CounterCore, Integer> from) {
        Answers<Integer> answer = new Answers<>();
        from.submit(
                PARTITION,
                answer,
                (CounterCore core, Waiter<Integer> waiter, Step<Integer> step) -> core.read(waiter, step));
        return answer;
    }

    @Test
    void anAnswerWaitsForWhatItRestsOn() {
        // Given
        lead();
        // When two commands run ahead of the log, and somebody reads what they made
        Answers<Integer> first = add(runtime, 2);
        Answers<Integer> second = add(runtime, 3);
        Answers<Integer> read = read(runtime);
        // Then nobody hears of it before it is committed
        assertThat(first.isAnswered()).isFalse();
        assertThat(read.isAnswered()).isFalse();
        log.commitAll();
        assertThat(first.whatever()).isEqualTo(2);
        assertThat(second.whatever()).isEqualTo(5);
        assertThat(read.whatever()).isEqualTo(5);
    }

    @Test
    void aFailedAppendThrowsTheStateAway() {
        // Given a committed 2 and a 3 that is not committed
        lead();
        add(runtime, 2);
        log.commitAll();
        Answers<Integer> waiting = add(runtime, 3);
        Answers<Integer> parked = new Answers<>();
        runtime.submit(
                PARTITION,
                parked,
                (CounterCore core, Waiter<Integer> waiter, Step<Integer> step) -> core.await(waiter));
        // When the log takes no more
        log.failing(true);
        Answers<Integer> refused = add(runtime, 4);
        // Then all who wait are told, and the state is what the log has
        assertThat(refused.whatever()).isEqualTo(ErrorCode.COORDINATOR_NOT_AVAILABLE);
        assertThat(waiting.whatever()).isEqualTo(ErrorCode.COORDINATOR_NOT_AVAILABLE);
        assertThat(parked.whatever()).isEqualTo(ErrorCode.COORDINATOR_NOT_AVAILABLE);
        log.failing(false);
        log.commitAll();
        await().until(() -> read(runtime).whatever() != ErrorCode.COORDINATOR_LOAD_IN_PROGRESS);
        assertThat(read(runtime).whatever()).isEqualTo(5);
    }

    @Test
    void aRefusedCommandChangesNothing() {
        // Given
        lead();
        // When
        Answers<Integer> answer = new Answers<>();
        runtime.submit(PARTITION, answer, (CounterCore core, Waiter<Integer> waiter, Step<Integer> step) -> {
            throw new OttlaException(ErrorCode.INVALID_GROUP_ID, "no");
        });
        // Then
        assertThat(answer.whatever()).isEqualTo(ErrorCode.INVALID_GROUP_ID);
        assertThat(read(runtime).whatever()).isEqualTo(0);
    }

    @Test
    void aCommandThatBreaksHalfWayLeavesNothingBehind() {
        // Given
        lead();
        add(runtime, 2);
        log.commitAll();
        // When
        Answers<Integer> answer = new Answers<>();
        runtime.submit(PARTITION, answer, (CounterCore core, Waiter<Integer> waiter, Step<Integer> step) -> {
            core.add(7, waiter, step);
            throw new IllegalStateException("on purpose");
        });
        // Then
        assertThat(answer.whatever()).isEqualTo(ErrorCode.UNKNOWN_SERVER_ERROR);
        await().until(() -> read(runtime).whatever() != ErrorCode.COORDINATOR_LOAD_IN_PROGRESS);
        assertThat(read(runtime).whatever()).isEqualTo(2);
    }

    @Test
    void aBatchThatTheLogDoesNotTakeIsRefusedBeforeTheCoreIsTouched() {
        // Given somebody who waits for a commit
        lead();
        Answers<Integer> waiting = add(runtime, 2);
        log.refusing(ErrorCode.INVALID_PRODUCER_EPOCH);
        // When a zombie's batch comes
        Answers<Integer> zombie = new Answers<>();
        runtime.submit(
                PARTITION,
                new BatchKind.Pending(7, (short) 0, Long.MAX_VALUE),
                zombie,
                (CounterCore core, Waiter<Integer> waiter, Step<Integer> step) -> core.add(5, waiter, step));
        // Then only it is refused, and all others go on
        assertThat(zombie.whatever()).isEqualTo(ErrorCode.INVALID_PRODUCER_EPOCH);
        assertThat(waiting.isAnswered()).isFalse();
        log.commitAll();
        assertThat(waiting.whatever()).isEqualTo(2);
        assertThat(read(runtime).whatever()).isEqualTo(2);
    }

    @Test
    void anEndIsWrittenAlthoughItHasNoEventsAndIsAnsweredWhenItIsCommitted() {
        // Given
        lead();
        BatchKind.End end = new BatchKind.End(7, (short) 0, true, 1, 2);
        // When
        Answers<Integer> ended = new Answers<>();
        runtime.submit(
                PARTITION,
                end,
                ended,
                (CounterCore core, Waiter<Integer> waiter, Step<Integer> step) -> core.read(waiter, step));
        // Then
        assertThat(log.endOffset()).isEqualTo(1);
        assertThat(ended.isAnswered()).isFalse();
        log.commitAll();
        assertThat(ended.whatever()).isEqualTo(0);
    }

    @Test
    void whatIsNotLedHereIsRefused() {
        // Given a partition that was led and no longer is
        lead();
        Answers<Integer> waiting = add(runtime, 2);
        // When
        runtime.resign(PARTITION);
        // Then
        assertThat(waiting.whatever()).isEqualTo(ErrorCode.NOT_COORDINATOR);
        assertThat(read(runtime).whatever()).isEqualTo(ErrorCode.NOT_COORDINATOR);
    }

    @Test
    void timersComeByThemselves() {
        // Given
        lead();
        Answers<Integer> answer = new Answers<>();
        // When
        runtime.submit(
                PARTITION,
                answer,
                (CounterCore core, Waiter<Integer> waiter, Step<Integer> step) -> core.addIn(5, waiter, step));
        // Then
        await().until(() -> log.endOffset() == 1);
        log.commitAll();
        await().until(answer::isAnswered);
        assertThat(answer.whatever()).isEqualTo(1);
    }

    @Test
    void whoWaitsTooLongForACommitIsTold() {
        // Given a log that commits nothing
        try (CoordinatorRuntime<CounterCore, Integer> impatient = runtime(20)) {
            impatient.lead(PARTITION, log);
            await().until(() -> read(impatient).whatever() != ErrorCode.COORDINATOR_LOAD_IN_PROGRESS);
            // When
            Answers<Integer> answer = add(impatient, 1);
            // Then
            await().until(answer::isAnswered);
            assertThat(answer.whatever()).isEqualTo(ErrorCode.COORDINATOR_NOT_AVAILABLE);
        }
    }

    @Test
    void aCommitThatComesWhileACommandRunsIsNotMissedAndDoesNotWait() throws InterruptedException {
        // Given an answer that waits for a commit, and a command that takes its time
        lead();
        Answers<Integer> waiting = add(runtime, 2);
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Thread slow = Thread.ofPlatform()
                .start(() -> runtime.submit(
                        PARTITION,
                        new Answers<Integer>(),
                        (CounterCore core, Waiter<Integer> waiter, Step<Integer> step) -> {
                            inside.countDown();
                            awaitQuietly(goOn);
                        }));
        inside.await();
        // When the commit comes meanwhile, on a thread that must not wait
        log.commitAll();
        // Then it comes back at once, and the answer goes out when the command has ended
        assertThat(waiting.isAnswered()).isFalse();
        goOn.countDown();
        slow.join();
        assertThat(waiting.whatever()).isEqualTo(2);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
