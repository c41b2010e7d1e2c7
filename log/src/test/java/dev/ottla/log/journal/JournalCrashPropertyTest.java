package dev.ottla.log.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.base.OttlaException;
import dev.ottla.base.RandomSource;
import dev.ottla.log.SimulatedFiles;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Random lives of a journal, each ended by a power cut or a kill before a random change to the disk, and with a full disk now and then: what was
 * acknowledged is always there, with nothing else beside what was appended, and nothing is ever taken for damage.
 */
class JournalCrashPropertyTest {
    private static final long RUNS = Long.getLong("ottla.journal.runs", 1500);
    private static final int LIVES = 6;

    /** What a checkpoint was asked to write; its points are like no other's. */
    private record Asked(List<RecoveryPoint> points, long neededFromLsn) {}

    private RandomSource random;
    private TestJournal test;
    private Asked standing;
    private Asked underWay;
    private int stepsLeft;
    private long checkpoints;

    @Test
    void nothingDurableIsEverLost() {
        for (long seed = 1; seed <= RUNS; seed++) {
            random = RandomSource.seeded(seed);
            test = new TestJournal(new SimulatedFiles(), TestJournal.SMALL);
            standing = new Asked(List.of(), 1);
            underWay = standing;
            checkpoints = 0;
            try {
                for (int life = 0; life < LIVES; life++) {
                    live();
                    end();
                }
            } catch (Throwable failure) {
                throw new AssertionError("seed " + seed + ": " + failure, failure);
            }
        }
    }

    private int below(int bound) {
        return (int) Math.floorMod(random.nextLong(), (long) bound);
    }

    private void live() throws IOException {
        stepsLeft = 1 + below(150);
        test.files.freeBytes = Long.MAX_VALUE;
        test.files.step = (change, path) -> {
            if (--stepsLeft <= 0) {
                throw new IOException("The power is off");
            }
        };
        try {
            test.open();
            check(test.replay());
            if (below(2) == 0) {
                checkpoint();
            }
            test.start();
            for (int i = below(80); i > 0; i--) {
                step();
            }
        } catch (IOException | OttlaException ended) {
            // A start on a full disk is refused as well.
            assertThat(stepsLeft <= 0 || (ended instanceof IOException trouble && DiskFull.isMeantBy(trouble)))
                    .as(ended.toString())
                    .isTrue();
        }
    }

    private void step() throws IOException {
        switch (below(16)) {
            case 0, 1, 2, 3 -> test.append(below(3), below(200));
            case 4, 5 -> test.append(below(3), below(9000));
            case 6 -> test.append(EntryKind.TRUNCATE, below(3), 0);
            case 7, 8, 9, 10 -> {
                boolean committed = test.journal.commit();
                assertThat(committed || test.journal.isCongested() || noneStaged())
                        .isTrue();
            }
            case 11, 12 -> checkpoint();
            case 13 -> test.files.freeBytes = below(3) == 0 ? below(60_000) : Long.MAX_VALUE;
            case 14 -> {
                if (below(8) == 0) {
                    close();
                }
            }
            default -> {
                if (below(30) == 0) {
                    test.append(0, 40_000 + below(40_000));
                }
            }
        }
    }

    private boolean noneStaged() {
        return test.journal.durableLsn() == test.journal.lastLsn();
    }

    private void checkpoint() throws IOException {
        long end = test.journal.lastLsn();
        try {
            checkpoint(below(3) == 0 ? end + 1 : Math.max(1, end - below(6)), Math.max(0, end - below(6)));
        } catch (IOException notDone) {
            if (!DiskFull.isMeantBy(notDone)) {
                throw notDone;
            }
        }
    }

    private void checkpoint(long neededFromLsn, long lsn) throws IOException {
        RecoveryPoint point = new RecoveryPoint(TestJournal.TOPIC, 1, checkpoints++, lsn);
        underWay = new Asked(List.of(point), Math.max(neededFromLsn, standing.neededFromLsn()));
        test.journal.checkpoint(underWay.points(), neededFromLsn);
        standing = underWay;
    }

    private void close() throws IOException {
        if (below(2) == 0) {
            checkpoint(test.journal.lastLsn() + 1, 0);
            test.journal.close(true);
        } else {
            test.journal.close(false);
        }
        throw new DiskFull("closed");
    }

    private void check(List<TestJournal.Seen> seen) {
        List<RecoveryPoint> points = test.journal.recoveryPoints();
        long end = test.journal.lastLsn();
        assertThat(end).as("the end").isBetween(test.acknowledgedLsn, (long) test.appended.size());
        assertThat(test.journal.durableLsn()).isEqualTo(end);
        assertThat(points).isIn(standing.points(), underWay.points());
        if (points.equals(underWay.points())) {
            standing = underWay;
        }
        assertThat(seen).isEqualTo(from(standing, end));
        test.appended.subList((int) end, test.appended.size()).clear();
        test.acknowledgedLsn = end;
        underWay = standing;
    }

    private List<TestJournal.Seen> from(Asked asked, long end) {
        int first = (int) Math.min(asked.neededFromLsn() - 1, end);
        return test.appended.subList(first, (int) end);
    }

    private void end() {
        test.files.step = (change, path) -> {};
        switch (below(4)) {
            case 0 -> test.files.killed();
            case 1 -> test.files.powerCutLosingAll();
            default -> test.files.powerCut(random);
        }
    }
}
