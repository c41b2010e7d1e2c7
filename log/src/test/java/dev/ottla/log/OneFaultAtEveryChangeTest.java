package dev.ottla.log;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.base.OttlaException;
import dev.ottla.base.RandomSource;
import dev.ottla.base.TopicId;
import dev.ottla.base.TopicPartition;
import dev.ottla.record.BatchBuilder;
import dev.ottla.record.Compression;
import dev.ottla.record.RecordCursor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
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
    private static final int RECORDS = 3;
    private static final int CUTS = 4;
    /** Within a batch, so that no segment's name tells it, nor where a copy begins. */
    private static final long LOG_START = 7;

    /** What happens, and how the process that it happened to ends. */
    enum Fault {
        ERROR_THEN_KILLED,
        ERROR_THEN_POWER,
        FULL_THEN_KILLED,
        FULL_THEN_POWER,
        POWER;

        boolean isFull() {
            return this == FULL_THEN_KILLED || this == FULL_THEN_POWER;
        }

        boolean endsWithKill() {
            return this == ERROR_THEN_KILLED || this == FULL_THEN_KILLED;
        }
    }

    enum Kind {
        JOURNALED,
        /** What is forced in the segments is acknowledged, nothing else. */
        WITHOUT_JOURNAL,
        COMPACTED
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
        final Kind kind;
        final TestFolder one;
        final TestFolder other;
        final List<ByteBuffer> appended = new ArrayList<>();
        int acknowledged;
        boolean hasMoved;
        boolean hasNew;
        boolean newIsAcknowledged;
        int left;

        World(Kind kind) throws IOException {
            this.kind = kind;
            LogConfig config = kind == Kind.COMPACTED ? TestFolder.compacted(900, ALWAYS) : TestFolder.small(900);
            long journalBytes = kind == Kind.WITHOUT_JOURNAL ? 0 : JOURNAL_BYTES;
            one = new TestFolder(files, Path.of("/one"), config, journalBytes);
            other = new TestFolder(files, Path.of("/other"), config, journalBytes);
            one.log();
            append(12);
            if (kind != Kind.COMPACTED) {
                source().deleteRecords(LOG_START);
                return;
            }
            // Several small segments are made one by the next cleaning.
            one.folder.checkpointJournal();
            assertThat(one.clean()).isTrue();
            append(4);
            one.folder.checkpointJournal();
        }

        private void append(int batches) throws IOException {
            for (int i = 0; i < batches; i++) {
                append();
            }
            acknowledge();
            source().advanceHighWatermark(source().endOffset());
            one.runAll();
        }

        TestFolder home() {
            return hasMoved ? other : one;
        }

        PartitionLog source() {
            return requireNonNull(one.folder.get(TestFolder.PARTITION));
        }

        PartitionLog log() {
            return requireNonNull(home().folder.get(TestFolder.PARTITION));
        }

        void append() {
            ByteBuffer batch = batch(one.nowMs, appended.size() * RECORDS);
            // Whether it is in the log after an error, or the end, nobody has told.
            appended.add(batch);
            AppendResult result = log().append(batch, one.nowMs, 0, 0, one.nowMs);
            if (!result.succeeded() && home().folder.failure() == null) {
                appended.removeLast();
            }
            require(result);
        }

        static void require(AppendResult result) {
            if (!result.succeeded()) {
                throw new OttlaException(result.error(), String.valueOf(result.message()));
            }
        }

        void acknowledge() throws IOException {
            if (kind == Kind.WITHOUT_JOURNAL) {
                log().flush();
            } else {
                home().commit();
            }
            acknowledged = appended.size();
        }

        List<ByteBuffer> content() throws IOException {
            return TestFolder.readAll(log(), log().startOffset(), 700);
        }
    }

    /** A key that no other batch has, one that all have, and one that is deleted in every other batch. */
    private static ByteBuffer batch(long nowMs, int firstOffset) {
        boolean deletes = firstOffset / RECORDS % 2 == 1;
        return new BatchBuilder()
                .append(nowMs, bytes("only-" + firstOffset), ByteBuffer.allocate(70))
                .append(nowMs, bytes("all"), ByteBuffer.allocate(70))
                .append(nowMs, bytes("deleted"), deletes ? null : ByteBuffer.allocate(70))
                .build();
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @EnumSource
    void aRoll(Fault fault) throws IOException {
        everywhere(fault, Kind.JOURNALED, OneFaultAtEveryChangeTest::roll);
    }

    @ParameterizedTest
    @EnumSource
    void aRollWithoutAJournal(Fault fault) throws IOException {
        everywhere(fault, Kind.WITHOUT_JOURNAL, OneFaultAtEveryChangeTest::roll);
    }

    private static void roll(World world) throws IOException {
        if (world.appended.size() == world.acknowledged) {
            world.append();
        }
        world.source().roll();
        world.one.runAll();
        if (world.kind == Kind.WITHOUT_JOURNAL) {
            // What lies before the new segment is forced.
            world.acknowledged = world.appended.size();
        } else {
            world.acknowledge();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCheckpoint(Fault fault) throws IOException {
        everywhere(fault, Kind.JOURNALED, world -> {
            world.one.folder.checkpointJournal();
            world.one.folder.checkpoint();
        });
    }

    @ParameterizedTest
    @EnumSource
    void aCreation(Fault fault) throws IOException {
        everywhere(fault, Kind.JOURNALED, world -> {
            PartitionLog created = world.one.folder.create(NEW, world.one.config);
            world.hasNew = true;
            if (created.endOffset() == 0) {
                ByteBuffer batch = batch(world.one.nowMs, 0);
                World.require(created.append(batch, world.one.nowMs, 0, 0, world.one.nowMs));
            }
            world.one.commit();
            world.newIsAcknowledged = true;
        });
    }

    @ParameterizedTest
    @EnumSource
    void aCleaning(Fault fault) throws IOException {
        everywhere(fault, Kind.COMPACTED, world -> world.one.clean());
    }

    @ParameterizedTest
    @EnumSource
    void aMove(Fault fault) throws IOException {
        everywhere(fault, Kind.JOURNALED, OneFaultAtEveryChangeTest::move);
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
        World world = new World(Kind.JOURNALED);
        move(world);
        check(world, null);
        assertThat(world.one.folder.get(TestFolder.PARTITION)).isNull();
    }

    private static void everywhere(Fault fault, Kind kind, Work work) throws IOException {
        for (int cut = 0; cut < (fault == Fault.POWER ? CUTS : 1); cut++) {
            int change = 0;
            while (isMetAt(change, cut, fault, kind, work)) {
                change++;
            }
            assertThat(change).isGreaterThan(2);
        }
    }

    /**
     * Whether there were so many changes.
     *
     * @param cut chooses what of the unforced is lost
     */
    private static boolean isMetAt(int change, int cut, Fault fault, Kind kind, Work work) throws IOException {
        World world = new World(kind);
        world.left = change;
        world.files.step = (what, path) -> {
            if (fault.isFull() && !needsRoom(what, path)) {
                return;
            }
            if (world.left-- == 0 || (fault == Fault.POWER && world.left < 0)) {
                switch (fault) {
                    case ERROR_THEN_KILLED, ERROR_THEN_POWER -> throw new IOException("Input/output error");
                    case FULL_THEN_KILLED, FULL_THEN_POWER -> throw new IOException("No space left on device");
                    case POWER -> throw new Died();
                }
            }
        };
        try {
            attempt(world, work);
            boolean met = world.left < 0;
            world.files.step = (what, path) -> {};
            if (fault.isFull() && kind != Kind.COMPACTED) {
                assertThat(world.one.folder.failure()).isNull();
                assertThat(world.other.folder.failure()).isNull();
                work.on(world);
            }
            boolean unhurt = !met && cut % 2 == 0;
            if (unhurt || (fault.isFull() && world.home().folder.failure() == null)) {
                goOn(world);
            }
            boolean shown = fault == Fault.POWER && !world.hasMoved && world.one.folder.failure() == null;
            List<ByteBuffer> seen = shown ? world.content() : null;
            restart(world, fault, RandomSource.seeded(change + 1000L * cut));
            check(world, seen);
            world.home().restart();
            check(world, seen);
            return met;
        } catch (AssertionError | RuntimeException failure) {
            throw new AssertionError(fault + " at change " + change + ", cut " + cut + ": " + failure, failure);
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

    /** The log serves on, and forgets of its journal what it may. */
    private static void goOn(World world) throws IOException {
        world.append();
        world.acknowledge();
        world.log().advanceHighWatermark(world.log().endOffset());
        world.home().folder.checkpointJournal();
    }

    private static void restart(World world, Fault fault, RandomSource chance) throws IOException {
        if (fault.endsWithKill()) {
            world.files.killed();
        } else {
            world.files.powerCut(chance);
        }
        world.one.open();
        world.other.open();
        if (world.hasMoved && world.other.folder.get(TestFolder.PARTITION) == null) {
            world.other.folder.adopt(TestFolder.PARTITION, world.other.config, false);
        }
        if (world.hasNew) {
            assertThat(world.one.folder.get(NEW)).as("what was created").isNotNull();
        }
        // Its metadata is there, so it is made when it is missing.
        PartitionLog made = world.one.folder.create(NEW, world.one.config);
        assertThat(made.endOffset()).isGreaterThanOrEqualTo(world.newIsAcknowledged ? RECORDS : 0);
    }

    /** @param seen what readers were shown at the end of the power; null when not known */
    private static void check(World world, @Nullable List<ByteBuffer> seen) throws IOException {
        PartitionLog log = world.log();
        assertThat(log.offlineReason()).isNull();
        assertThat(log.endOffset())
                .isBetween((long) world.acknowledged * RECORDS, (long) world.appended.size() * RECORDS);
        List<ByteBuffer> found = world.content();
        if (world.kind == Kind.COMPACTED) {
            int batches = (int) log.endOffset() / RECORDS;
            assertThat(latest(found)).isEqualTo(latest(world.appended.subList(0, batches)));
            if (seen != null) {
                assertThat(offsets(seen)).as("what readers were shown").containsAll(offsets(found));
            }
        } else {
            assertThat(log.startOffset()).isEqualTo(LOG_START);
            int first = (int) LOG_START / RECORDS;
            assertThat(found).isEqualTo(world.appended.subList(first, first + found.size()));
        }
    }

    /** The last value of each key, by its offset; nothing of those that were deleted last. */
    private static Map<String, Long> latest(List<ByteBuffer> batches) {
        Map<String, Long> latest = new TreeMap<>();
        forEachRecord(batches, record -> {
            String key =
                    StandardCharsets.UTF_8.decode(requireNonNull(record.key())).toString();
            if (record.value() == null) {
                latest.remove(key);
            } else {
                latest.put(key, record.offset());
            }
        });
        return latest;
    }

    private static List<Long> offsets(List<ByteBuffer> batches) {
        List<Long> offsets = new ArrayList<>();
        forEachRecord(batches, record -> offsets.add(record.offset()));
        return offsets;
    }

    private static void forEachRecord(List<ByteBuffer> batches, Consumer<RecordCursor> user) {
        try (Compression compression = new Compression()) {
            for (ByteBuffer batch : batches) {
                RecordCursor records = new RecordCursor();
                records.open(batch, batch.position(), compression);
                while (records.next()) {
                    user.accept(records);
                }
            }
        }
    }
}
