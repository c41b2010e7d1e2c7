package dev.ottla.log.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.ottla.base.Files;
import dev.ottla.base.OttlaException;
import dev.ottla.base.RandomSource;
import dev.ottla.log.SimulatedFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class JournalConcurrencyTest {
    private static final int APPENDERS = 4;
    private static final int STREAMS_EACH = 3;
    private static final int APPENDS_EACH = 4000;
    private static final ThreadFactory WRITER =
            Thread.ofPlatform().daemon(true).name("ottla-journal-test").factory();

    private final ExecutorService threads = Executors.newCachedThreadPool(
            Thread.ofPlatform().daemon(true).name("appender-", 0).factory());
    private final List<IOException> failures = new ArrayList<>();

    @TempDir
    Path folder;

    @AfterEach
    void stopThreads() {
        threads.shutdown();
    }

    private JournalSettings settings() {
        return new JournalSettings(folder.resolve("ottla-journal"), 32 << 20, 64 << 10, 1 << 20, 256 << 10);
    }

    /** One partition's appends and what its listener was told. */
    private static final class Partition implements DurableListener {
        final int number;
        final List<Long> lsns = new ArrayList<>();
        final ConcurrentLinkedQueue<Long> told = new ConcurrentLinkedQueue<>();
        final AtomicLong toldEnd = new AtomicLong();
        JournalStream stream;

        Partition(int number) {
            this.number = number;
        }

        @Override
        public void durable(long endOffset, long lsn) {
            if (stream.journal().durableLsn() < lsn || toldEnd.getAndSet(endOffset) >= endOffset) {
                told.add(-1L);
            }
            told.add(lsn);
        }

        /** A payload that says whose it is and which. */
        void append(int bytes) {
            long index = lsns.size();
            ByteBuffer payload = ByteBuffer.allocate(16 + bytes);
            payload.putLong(number).putLong(index);
            while (payload.hasRemaining()) {
                payload.put((byte) (number + index));
            }
            lsns.add(stream.append(EntryKind.APPEND, index, index + 1, payload.flip()));
        }
    }

    private void appendAll(Journal journal, List<Partition> own, int thread) {
        RandomSource random = RandomSource.seeded(thread);
        for (int i = 0; i < APPENDS_EACH; i++) {
            Partition partition = own.get((int) Math.floorMod(random.nextLong(), (long) own.size()));
            int bytes = (int) Math.floorMod(random.nextLong(), i % 500 == 0 ? 150_000L : 400L);
            partition.append(bytes);
            if (i % 50 == 0) {
                journal.await(partition.stream.lastLsn());
            }
        }
    }

    private List<Partition> partitions(Journal journal) {
        List<Partition> partitions = new ArrayList<>();
        for (int i = 0; i < APPENDERS * STREAMS_EACH; i++) {
            Partition partition = new Partition(i);
            partition.stream = journal.stream(TestJournal.TOPIC, i, partition);
            partitions.add(partition);
        }
        return partitions;
    }

    @Test
    void concurrentAppendersKeepTheirOrderAndTheNumbersAreDense() throws Exception {
        // Given a journal with its thread, and appenders with streams of their own
        Journal journal = Journal.open(Files.system(), settings(), failures::add);
        journal.start(WRITER, threads);
        List<Partition> partitions = partitions(journal);

        // When they all append at once
        List<Future<?>> running = new ArrayList<>();
        for (int thread = 0; thread < APPENDERS; thread++) {
            List<Partition> own = partitions.subList(thread * STREAMS_EACH, (thread + 1) * STREAMS_EACH);
            int seed = thread;
            running.add(threads.submit(() -> appendAll(journal, own, seed)));
        }
        for (Future<?> thread : running) {
            thread.get();
        }
        journal.close(false);

        // Then everything is there, each stream in its order, its listener told in that order and of its last
        assertThat(failures).isEmpty();
        assertThat(journal.durableLsn()).isEqualTo((long) APPENDERS * APPENDS_EACH);
        for (Partition partition : partitions) {
            assertThat(new ArrayList<>(partition.told))
                    .isSorted()
                    .doesNotContain(-1L)
                    .doesNotHaveDuplicates();
            assertThat(partition.toldEnd.get()).isEqualTo(partition.lsns.size());
            assertThat(partition.told.stream().toList().getLast()).isEqualTo(partition.lsns.getLast());
        }
        Journal again = Journal.open(Files.system(), settings(), failures::add);
        Map<Integer, Long> nextIndex = new HashMap<>();
        long[] nextLsn = {1};
        again.replay(entry -> {
            assertThat(entry.lsn()).isEqualTo(nextLsn[0]++);
            long index = nextIndex.merge(entry.partition(), 1L, Long::sum) - 1;
            ByteBuffer payload = entry.payload();
            assertThat(payload.getLong()).isEqualTo(entry.partition());
            assertThat(payload.getLong()).isEqualTo(index).isEqualTo(entry.offset());
            assertThat(partitions.get(entry.partition()).lsns.get((int) index)).isEqualTo(entry.lsn());
            while (payload.hasRemaining()) {
                if (payload.get() != (byte) (entry.partition() + index)) {
                    throw new AssertionError("A byte of another entry in LSN " + entry.lsn());
                }
            }
        });
        assertThat(nextLsn[0] - 1).isEqualTo((long) APPENDERS * APPENDS_EACH);
    }

    @Test
    void checkpointsFreeFilesWhileAppendersGoOn() throws Exception {
        // Given
        Journal journal = Journal.open(Files.system(), settings(), failures::add);
        journal.start(WRITER, threads);
        List<Partition> partitions = partitions(journal);

        // When a checkpointer follows the appenders
        List<Future<?>> running = new ArrayList<>();
        for (int thread = 0; thread < APPENDERS; thread++) {
            List<Partition> own = partitions.subList(thread * STREAMS_EACH, (thread + 1) * STREAMS_EACH);
            int seed = thread;
            running.add(threads.submit(() -> appendAll(journal, own, seed)));
        }
        while (!running.stream().allMatch(Future::isDone)) {
            journal.checkpoint(List.of(), journal.durableLsn() + 1);
        }
        for (Future<?> thread : running) {
            thread.get();
        }
        journal.checkpoint(List.of(), journal.lastLsn() + 1);
        journal.close(true);

        // Then nothing is left but the numbers
        assertThat(failures).isEmpty();
        assertThat(Files.system().list(settings().folder()))
                .extracting(path -> path.getFileName().toString())
                .containsExactly("recovery-points");
        Journal again = Journal.open(Files.system(), settings(), failures::add);
        assertThat(again.isEmpty()).isTrue();
        assertThat(again.lastLsn()).isEqualTo((long) APPENDERS * APPENDS_EACH);
    }

    @Test
    void aLoneAppenderIsAlwaysWoken() throws Exception {
        // Given a journal whose thread falls asleep after every entry
        Journal journal = Journal.open(Files.system(), settings(), failures::add);
        journal.start(WRITER, threads);
        JournalStream stream = journal.stream(TestJournal.TOPIC, 0, (endOffset, lsn) -> {});

        // When, then none of many waits lasts
        for (int i = 0; i < 2000; i++) {
            long lsn = stream.append(EntryKind.APPEND, i, i + 1, ByteBuffer.allocate(100));
            journal.await(lsn);
            assertThat(journal.durableLsn()).isEqualTo(lsn);
        }
        journal.close(false);
    }

    @Test
    void aGroupIsNotWrittenBeforeItsCopiesAreDone() throws Exception {
        // Given a claim whose bytes are not copied yet
        TestJournal test = new TestJournal(new SimulatedFiles(), TestJournal.SMALL);
        test.open();
        test.start();
        JournalStream stream = test.stream(1);
        test.journal.staging().claim(stream, EntryFormat.HEADER_BYTES, 5);
        StagingChunk chunk = stream.claimedChunk;

        // When a commit has begun
        Thread commit = Thread.ofPlatform().daemon(true).start(() -> {
            try {
                test.journal.commit();
            } catch (IOException failure) {
                failures.add(failure);
            }
        });
        await().until(() -> commit.getState() == Thread.State.TIMED_WAITING);

        // Then it waits for the copy
        EntryFormat.put(chunk.buffer, stream.claimedPosition, EntryKind.TRUNCATE, TestJournal.TOPIC, 1, 77, 0);
        chunk.filled(EntryFormat.HEADER_BYTES);
        commit.join();
        assertThat(failures).isEmpty();
        test.open();
        assertThat(test.replay()).extracting(TestJournal.Seen::offset).containsExactly(77L);
    }

    @Test
    @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void theWriterDoesNotSleepWhenThereIsSomethingToDo() {
        // Given a staged entry, or a signal
        Staging staging = new Staging(1000);
        Wakeup wakeup = new Wakeup(staging);
        staging.beginAfter(5);

        // When, then parking returns at once
        wakeup.park(5, Long.MAX_VALUE);
        wakeup.signal();
        wakeup.park(6, Long.MAX_VALUE);
        assertThat(wakeup.takeSignal()).isTrue();
        assertThat(wakeup.takeSignal()).isFalse();
    }

    @Test
    void waitersHearOfAFailedForce() throws Exception {
        // Given a journal on a disk whose next force fails
        SimulatedFiles files = new SimulatedFiles();
        TestJournal test = startedOn(files, Runnable::run);
        files.failForce = path -> true;

        // When
        long lsn = test.append(1, 100);

        // Then
        assertThatThrownBy(() -> test.journal.await(lsn)).isInstanceOf(OttlaException.class);
        await().untilAsserted(() -> assertThat(test.failures).hasSize(1));
        assertThatThrownBy(() -> test.append(1, 100)).isInstanceOf(OttlaException.class);
        test.journal.close(false);
        assertThat(test.told).isEmpty();
    }

    @Test
    void theThreadWaitsForRoomOnTheDiskAndGoesOn() throws Exception {
        // Given a full disk
        SimulatedFiles files = new SimulatedFiles();
        TestJournal test = startedOn(files, Runnable::run);
        files.freeBytes = 100;
        long lsn = test.append(1, 60_000);
        await().until(test.journal::isCongested);

        // When there is room
        files.freeBytes = Long.MAX_VALUE;

        // Then
        test.journal.await(lsn);
        await().until(() -> !test.journal.isCongested());
        assertThat(test.failures).isEmpty();
        test.journal.close(false);
    }

    @Test
    void aCloseOnAFullDiskEndsAndFailsThoseWhoWait() throws Exception {
        // Given
        SimulatedFiles files = new SimulatedFiles();
        TestJournal test = startedOn(files, Runnable::run);
        files.freeBytes = 100;
        long lsn = test.append(1, 60_000);
        Future<?> waiter = threads.submit(() -> test.journal.await(lsn));

        // When
        test.journal.close(false);

        // Then
        assertThatThrownBy(waiter::get).hasCauseInstanceOf(OttlaException.class);
        assertThat(test.told).isEmpty();
    }

    @Test
    void aCheckpointThatEndsCongestionIsToldOnTheJournalsThread() throws Exception {
        // Given a full journal
        SimulatedFiles files = new SimulatedFiles();
        TestJournal test = startedOn(files, Runnable::run);
        while (!test.journal.isCongested()) {
            test.journal.await(test.append(1, 8000));
        }
        ConcurrentLinkedQueue<String> heard = new ConcurrentLinkedQueue<>();
        test.journal.onProgress(() ->
                heard.add(Thread.currentThread().getName() + (test.journal.isCongested() ? " congested" : " free")));

        // When
        test.journal.checkpoint(List.of(), test.journal.lastLsn());

        // Then
        await().until(() -> heard.contains("ottla-journal-test free"));
        test.journal.close(false);
    }

    private static TestJournal startedOn(SimulatedFiles files, Executor background) throws IOException {
        TestJournal test = new TestJournal(files, TestJournal.SMALL);
        test.open();
        test.journal.start(WRITER, background);
        return test;
    }
}
