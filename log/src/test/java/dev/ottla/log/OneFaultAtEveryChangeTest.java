package dev.ottla.log;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.base.OttlaException;
import dev.ottla.base.RandomSource;
import dev.ottla.base.TopicId;
import dev.ottla.base.TopicPartition;
import dev.ottla.record.BatchBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * An error once, a full disk once, or the end of the power, at each single change of files that a roll, a checkpoint, a creation, a cleaning and a move
 * to another folder make: nothing that was acknowledged is lost, nothing that was deleted comes back, and a full disk fails nothing.
 */
class OneFaultAtEveryChangeTest {
    private static final TopicPartition NEW = new TopicPartition(new TopicId(7, 9), "new", 0);
    private static final long JOURNAL_BYTES = 1 << 20;
    private static final CompactionConfig ALWAYS = new CompactionConfig(0.01, 0, Long.MAX_VALUE, 500);

    enum Fault {
        ERROR_ONCE,
        FULL_ONCE,
        POWER
    }

    /** No exception that anybody catches. */
    private static final class Died extends Error {
        private static final long serialVersionUID = 1;
    }

    private interface Work {
        void on(World world) throws IOException;
    }

    /** Two folders, a log in one of them, and what the metadata says of its home. */
    private static final class World {
        final SimulatedFiles files = new SimulatedFiles();
        final TestFolder one;
        final TestFolder other;
        final List<ByteBuffer> right;
        final boolean compacted;
        boolean hasMoved;
        int left;

        World(boolean compacted) throws IOException {
            this.compacted = compacted;
            LogConfig config = compacted ? TestFolder.compacted(900, ALWAYS) : TestFolder.small(900);
            one = new TestFolder(files, Path.of("/one"), config, JOURNAL_BYTES);
            other = new TestFolder(files, Path.of("/other"), config, JOURNAL_BYTES);
            for (int i = 0; i < 24; i++) {
                ByteBuffer key = ByteBuffer.wrap(("key-" + i % 3).getBytes(StandardCharsets.UTF_8));
                one.append(new BatchBuilder()
                        .append(one.nowMs, key, ByteBuffer.allocate(120))
                        .build());
            }
            one.commit();
            one.log().advanceHighWatermark(24);
            one.runAll();
            if (!compacted) {
                // Within a batch, so that no segment's name tells it.
                one.log().deleteRecords(7);
            } else {
                one.folder.checkpointJournal();
            }
            right = content(one);
        }

        PartitionLog source() {
            return requireNonNull(one.folder.get(TestFolder.PARTITION));
        }

        List<ByteBuffer> content(TestFolder folder) throws IOException {
            PartitionLog log = requireNonNull(folder.folder.get(TestFolder.PARTITION));
            log.advanceHighWatermark(log.endOffset());
            return TestFolder.readAll(log, log.startOffset(), 700);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRoll(Fault fault) throws IOException {
        everywhere(fault, false, world -> {
            world.source().roll();
            world.one.runAll();
        });
    }

    @ParameterizedTest
    @EnumSource
    void aCheckpoint(Fault fault) throws IOException {
        everywhere(fault, false, world -> {
            world.one.folder.checkpointJournal();
            world.one.folder.checkpoint();
        });
    }

    @ParameterizedTest
    @EnumSource
    void aCreation(Fault fault) throws IOException {
        everywhere(fault, false, world -> {
            world.one.folder.create(NEW, world.one.config);
            world.one.commit();
        });
    }

    @ParameterizedTest
    @EnumSource
    void aCleaning(Fault fault) throws IOException {
        everywhere(fault, true, world -> world.one.clean());
    }

    @ParameterizedTest
    @EnumSource
    void aMove(Fault fault) throws IOException {
        everywhere(fault, false, OneFaultAtEveryChangeTest::move);
    }

    /** As ReplicaMoves does it: the metadata says where the log lives once the copy is finished. */
    private static void move(World world) {
        LogFolder to = world.other.folder;
        if (!world.hasMoved) {
            FutureLog copy = to.futures().create(world.source());
            while (copy.copyFrom(world.source())) {
                // Until nothing is left.
            }
            world.source().hold(true);
            try {
                copy.finish(world.source());
            } finally {
                world.source().hold(false);
            }
            world.hasMoved = true;
        }
        to.adopt(TestFolder.PARTITION, world.other.config, true);
        world.one.folder.release(TestFolder.PARTITION);
    }

    @Test
    void withoutAFaultAllOfThemWork() throws IOException {
        World world = new World(false);
        move(world);
        assertThat(world.content(world.other)).isEqualTo(world.right);
        assertThat(world.one.folder.get(TestFolder.PARTITION)).isNull();
    }

    private static void everywhere(Fault fault, boolean compacted, Work work) throws IOException {
        int change = 0;
        while (isMetAt(change, fault, compacted, work)) {
            change++;
        }
        assertThat(change).isGreaterThan(2);
    }

    /** Whether there were so many changes. */
    private static boolean isMetAt(int change, Fault fault, boolean compacted, Work work) throws IOException {
        World world = new World(compacted);
        world.left = change;
        world.files.step = (what, path) -> {
            if (fault == Fault.FULL_ONCE && !needsRoom(what, path)) {
                return;
            }
            if (world.left-- == 0 || (fault == Fault.POWER && world.left < 0)) {
                switch (fault) {
                    case ERROR_ONCE -> throw new IOException("Input/output error");
                    case FULL_ONCE -> throw new IOException("No space left on device");
                    case POWER -> throw new Died();
                }
            }
        };
        try {
            attempt(world, work);
            boolean met = world.left < 0;
            world.files.step = (what, path) -> {};
            if (fault == Fault.FULL_ONCE && !compacted) {
                assertThat(world.one.folder.failure()).isNull();
                assertThat(world.other.folder.failure()).isNull();
                attempt(world, work);
            }
            restart(world, fault, RandomSource.seeded(change));
            check(world);
            return met;
        } catch (AssertionError | RuntimeException failure) {
            throw new AssertionError(fault + " at change " + change + ": " + failure, failure);
        }
    }

    /** Whatever a force says is final, and the journal's files were written once before they are used. */
    private static boolean needsRoom(String change, Path path) {
        boolean ofJournal =
                path.toString().contains("ottla-journal") && !path.toString().contains("recovery-points");
        return !change.equals("force") && !change.equals("delete") && !ofJournal;
    }

    private static void attempt(World world, Work work) {
        try {
            work.on(world);
        } catch (OttlaException | IOException | Died met) {
            // A refusal, or the end.
        }
    }

    private static void restart(World world, Fault fault, RandomSource chance) throws IOException {
        if (fault == Fault.POWER) {
            world.files.powerCut(chance);
        } else {
            world.files.killed();
        }
        world.one.open();
        world.other.open();
        if (world.hasMoved && world.other.folder.get(TestFolder.PARTITION) == null) {
            world.other.folder.adopt(TestFolder.PARTITION, world.other.config, false);
        }
    }

    private static void check(World world) throws IOException {
        TestFolder home = world.hasMoved ? world.other : world.one;
        PartitionLog log = requireNonNull(home.folder.get(TestFolder.PARTITION));
        assertThat(log.offlineReason()).isNull();
        assertThat(log.endOffset()).isEqualTo(24);
        List<ByteBuffer> found = world.content(home);
        if (world.compacted) {
            assertThat(found.getLast()).isEqualTo(world.right.getLast());
        } else {
            assertThat(log.startOffset()).isEqualTo(7);
            assertThat(found).isEqualTo(world.right);
        }
    }
}
