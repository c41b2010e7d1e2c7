package dev.ottla.log.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.base.Clock;
import dev.ottla.base.RandomSource;
import dev.ottla.log.SimulatedFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How long an entry waits for company before its group is written, by a clock that only the writer's thread moves: by each look at it. */
class GroupingDelayTest {
    private static final long LOOK_NANOS = 10_000;
    /** At most so many looks belong to anything but the waiting: at its begin, and before the write. */
    private static final long OTHER_LOOKS_NANOS = 2 * LOOK_NANOS;

    private final AtomicLong nowNanos = new AtomicLong();
    private final AtomicLong writtenAtNanos = new AtomicLong();
    private final CountDownLatch firstMayBeWritten = new CountDownLatch(1);
    private final CountDownLatch firstIsWritten = new CountDownLatch(1);
    private final SimulatedFiles files = new SimulatedFiles();
    private Journal journal;
    private JournalStream stream;

    private final class CountedClock implements Clock {
        @Override
        public long wallMs() {
            return 0;
        }

        @Override
        public long monotonicNanos() {
            return nowNanos.addAndGet(LOOK_NANOS);
        }
    }

    @BeforeEach
    void aJournalWithAThread() throws IOException {
        files.createFolders(TestJournal.FOLDER.getParent());
        journal = Journal.open(files, TestJournal.SMALL, RandomSource.seeded(1), new CountedClock(), failure -> {});
        journal.replay(entry -> {});
        journal.start(work -> Thread.ofPlatform().daemon(true).unstarted(work), Runnable::run);
        stream = journal.stream(TestJournal.TOPIC, 1, (endOffset, lsn) -> {});
    }

    @AfterEach
    void close() throws IOException {
        firstMayBeWritten.countDown();
        journal.close(false);
    }

    private void noteWrites() {
        files.step = (change, path) -> {
            if (change.equals("write")) {
                writtenAtNanos.set(nowNanos.get());
            }
        };
    }

    private long append() {
        return stream.append(EntryKind.APPEND, 1, 2, ByteBuffer.allocate(100));
    }

    /** By the clock, from its append to its group's write. */
    private long delayNanosOfOne() {
        noteWrites();
        long begunNanos = nowNanos.get();
        journal.await(append());
        return writtenAtNanos.get() - begunNanos;
    }

    @Test
    void anEntryWaitsForCompanyNoLongerThanTheBound() {
        // Given a group of five entries, which came while the one before was written
        files.step = (change, path) -> {
            firstIsWritten.countDown();
            await(firstMayBeWritten);
        };
        append();
        await(firstIsWritten);
        for (int i = 0; i < 4; i++) {
            append();
        }
        long last = append();
        files.step = (change, path) -> {};
        firstMayBeWritten.countDown();
        journal.await(last);

        // When one entry comes, and no other
        long delayNanos = delayNanosOfOne();

        // Then it waits for company as long as the bound says, and no longer
        assertThat(delayNanos)
                .isBetween(Journal.MAX_GROUPING_DELAY_NANOS, Journal.MAX_GROUPING_DELAY_NANOS + OTHER_LOOKS_NANOS);
        // And the next one, after a group of one, does not wait at all
        assertThat(delayNanosOfOne()).isLessThanOrEqualTo(OTHER_LOOKS_NANOS);
    }

    @Test
    void aLoneWriterDoesNotWait() {
        // Given one entry at a time
        for (int i = 0; i < 20; i++) {
            // When it comes, then its group is written at once
            assertThat(delayNanosOfOne()).isLessThanOrEqualTo(OTHER_LOOKS_NANOS);
        }
    }

    private static void await(CountDownLatch latch) {
        boolean interrupted = false;
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException again) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
