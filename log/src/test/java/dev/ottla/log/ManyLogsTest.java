package dev.ottla.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.base.Files;
import dev.ottla.base.OttlaException;
import dev.ottla.base.RandomSource;
import dev.ottla.base.TopicId;
import dev.ottla.base.TopicPartition;
import dev.ottla.record.BatchHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Many logs of a folder at once: made, forced, closed and recovered by forces of the volume. */
class ManyLogsTest {
    private static final long JOURNAL_BYTES = 256 << 10;
    private static final List<TopicPartition> PARTITIONS = IntStream.range(0, 50)
            .mapToObj(i -> new TopicPartition(new TopicId(3, 4), "many", i))
            .toList();
    private static final List<TopicPartition> FIRST = PARTITIONS.subList(0, PARTITIONS.size() - 1);
    private static final TopicPartition MORE = new TopicPartition(new TopicId(3, 5), "more", 0);

    private SimulatedFiles files = new SimulatedFiles();

    private TestFolder folder(Files through, long journalBytes) throws IOException {
        files.worthwhileForces = 0;
        return new TestFolder(through, Path.of("/data"), TestFolder.small(10_000), journalBytes);
    }

    private static void createAll(TestFolder test) {
        test.folder.prepare(PARTITIONS);
        PARTITIONS.forEach(id -> test.folder.create(id, test.config));
    }

    private static void appendToAll(TestFolder test) {
        appendTo(test, PARTITIONS);
    }

    private static void appendTo(TestFolder test, List<TopicPartition> partitions) {
        partitions.forEach(id -> append(test, id));
    }

    private static void append(TestFolder test, TopicPartition id) {
        ByteBuffer batch = TestFolder.batch(test.nowMs, "to " + id.partition());
        AppendResult result = log(test, id).append(batch, BatchHeader.maxTimestampMs(batch, 0), 0, 1, test.nowMs);
        assertThat(result.succeeded()).as("%s", result).isTrue();
    }

    private static PartitionLog log(TestFolder test, TopicPartition id) {
        PartitionLog log = test.folder.get(id);
        assertThat(log).as("%s", id).isNotNull();
        return log;
    }

    private static void assertEnds(TestFolder test, long end) {
        for (TopicPartition id : PARTITIONS) {
            assertThat(log(test, id).offlineReason()).isNull();
            assertThat(log(test, id).endOffset()).as("%s", id).isEqualTo(end);
            assertThat(log(test, id).latestEpoch()).isEqualTo(end == 0 ? -1 : 1);
        }
    }

    @Test
    void theirCreationTakesTwoForcesOfTheVolumeAndLasts() throws IOException {
        // Given a folder
        TestFolder test = folder(files, 0);
        int forces = files.forces;

        // When many partitions are created together, and the power goes
        createAll(test);
        assertThat(files.volumeForces).isEqualTo(2);
        assertThat(files.forces).isEqualTo(forces);
        files.powerCutLosingAll();
        test.open();

        // Then they are there
        assertEnds(test, 0);
    }

    @Test
    void aCreationThatTheDiskRefusesIsTakenBackSoThatTheNextSucceeds() throws IOException {
        // Given a disk that is full when the folders are made
        TestFolder test = folder(files, 0);
        int[] left = {70};
        files.step = (what, path) -> {
            if (left[0]-- <= 0) {
                throw new IOException("No space left on device");
            }
        };
        test.folder.prepare(PARTITIONS);
        files.step = (what, path) -> {};

        // When there is room again
        createAll(test);

        // Then all of them are made
        assertThat(test.folder.failure()).isNull();
        assertEnds(test, 0);
    }

    @Test
    void aCheckpointForcesThemTogetherBeforeTheJournalForgets() throws IOException {
        // Given records in many partitions, in the journal only
        TestFolder test = folder(files, JOURNAL_BYTES);
        createAll(test);
        appendToAll(test);
        test.commit();
        int forced = files.volumeForces;

        // When a checkpoint frees the journal, and the power goes
        test.folder.checkpointJournal();
        assertThat(files.volumeForces - forced).isEqualTo(2);
        PARTITIONS.forEach(id -> assertThat(log(test, id).flushedOffset()).isEqualTo(1));
        files.powerCutLosingAll();
        test.open();

        // Then nothing is lost
        assertEnds(test, 1);
    }

    /** A folder with one log fewer than the volume is opened for, and a record in each. */
    private TestFolder oneFewer() throws IOException {
        files.worthwhileForces = PARTITIONS.size();
        TestFolder test = new TestFolder(files, Path.of("/data"), TestFolder.small(10_000), JOURNAL_BYTES);
        FIRST.forEach(id -> test.folder.create(id, test.config));
        FIRST.forEach(id -> append(test, id));
        test.commit();
        assertThat(files.volumesOpened).isZero();
        return test;
    }

    /** Lets the journal forget all, by forces of the volume, and cuts the power. */
    private void forcedByTheVolume(TestFolder test) throws IOException {
        int forced = files.volumeForces;
        files.worthwhileForces = 1;
        test.commit();
        test.folder.checkpointJournal();
        assertThat(files.volumeForces - forced).isPositive();
        files.powerCutLosingAll();
        test.open();
    }

    private static void assertEnds(TestFolder test, List<TopicPartition> partitions, long end) {
        partitions.forEach(
                id -> assertThat(log(test, id).endOffset()).as("%s", id).isEqualTo(end));
    }

    @Test
    void theVolumeIsOpenedWhenThereAreManyAndThenWhatWasWrittenBeforeIsForcedWithoutIt() throws IOException {
        // Given a folder with fewer logs than the volume is opened for
        TestFolder test = oneFewer();

        // When there is one more, and records come until the volume is open
        files.volumeOpening = () -> FIRST.forEach(id -> append(test, id));
        test.folder.create(PARTITIONS.getLast(), test.config);

        // Then nothing is lost that it is to force from now on
        assertThat(files.volumesOpened).isEqualTo(1);
        assertThat(files.volumeForces).isZero();
        append(test, PARTITIONS.getLast());
        forcedByTheVolume(test);
        assertEnds(test, FIRST, 2);
        assertThat(log(test, PARTITIONS.getLast()).endOffset()).isEqualTo(1);
    }

    @Test
    void whatWasAppendedBeforeALogWentOfflineIsForcedBeforeTheVolumeServes() throws IOException {
        // Given many logs, of which one was found damaged after an append
        TestFolder test = oneFewer();
        log(test, FIRST.getFirst()).state().takeOffline(new DamagedLogException("Found while reading"));

        // When there is one more
        test.folder.create(PARTITIONS.getLast(), test.config);

        // Then nothing of it is lost that the volume is to force
        appendTo(test, FIRST.subList(1, FIRST.size()));
        append(test, PARTITIONS.getLast());
        forcedByTheVolume(test);
        assertThat(log(test, FIRST.getFirst()).endOffset()).isEqualTo(1);
        assertEnds(test, FIRST.subList(1, FIRST.size()), 2);
    }

    @Test
    void aLogThatTheStartFoundDamagedIsNoHindranceToTheVolume() throws IOException {
        // Given many logs, of which one was damaged when the folder was opened
        TestFolder test = oneFewer();
        test.folder.close(-1);
        Path damaged = test.path.resolve(FIRST.getFirst().folderName()).resolve("00000000000000000000.log");
        files.put(damaged, new byte[files.content(damaged).length]);
        test.open();
        assertThat(log(test, FIRST.getFirst()).offlineReason()).isNotNull();
        List<TopicPartition> others = FIRST.subList(1, FIRST.size());
        appendTo(test, others);

        // When there is one more
        test.folder.create(PARTITIONS.getLast(), test.config);

        // Then the volume serves the others
        append(test, PARTITIONS.getLast());
        test.folder.create(MORE, test.config);
        append(test, MORE);
        forcedByTheVolume(test);
        assertEnds(test, others, 2);
    }

    @Test
    void aFullDiskWhileWhatIsThereIsForcedIsNoEndOfTheVolume() throws IOException {
        // Given many logs, of which one cannot be forced for want of room when there is one more
        TestFolder test = oneFewer();
        Path full = test.path.resolve(FIRST.getFirst().folderName());
        files.step = (change, path) -> {
            if (change.equals("create") && path.startsWith(full)) {
                throw new IOException("No space left on device");
            }
        };
        test.folder.create(PARTITIONS.getLast(), test.config);
        files.step = (change, path) -> {};
        assertThat(test.folder.failure()).isNull();
        appendTo(test, FIRST);
        test.commit();
        test.folder.checkpointJournal();
        assertThat(files.volumeForces).isZero();

        // When there is room, and one more log
        appendTo(test, FIRST);
        test.folder.create(MORE, test.config);

        // Then the same volume serves
        assertThat(files.volumesOpened).isEqualTo(1);
        appendTo(test, FIRST);
        forcedByTheVolume(test);
        assertEnds(test, FIRST, 4);
    }

    @Test
    void nothingIsCreatedWhenTheForceOfWhatIsThereFails() throws IOException {
        // Given many logs, of which one cannot be forced
        TestFolder test = oneFewer();
        Path failing = test.path.resolve(FIRST.getFirst().folderName());
        files.failForce = path -> path.startsWith(failing);

        // When there is to be one more
        TopicPartition more = PARTITIONS.getLast();
        assertThatThrownBy(() -> test.folder.create(more, test.config)).isInstanceOf(OttlaException.class);

        // Then the folder is failed, and there is none
        assertThat(test.folder.failure()).isNotNull();
        assertThat(files.exists(test.path.resolve(more.folderName()))).isFalse();
    }

    @Test
    void aForceOfTheVolumeThatFailsFailsTheFolder() throws IOException {
        // Given records in many partitions
        TestFolder test = folder(files, JOURNAL_BYTES);
        createAll(test);
        appendToAll(test);
        test.commit();

        // When the volume cannot be forced once
        boolean[] failed = {false};
        files.failForce = path -> path.equals(test.path) && !failed[0] && (failed[0] = true);
        test.folder.checkpointJournal();

        // Then nothing counts as forced, the folder is failed, and its end leaves no mark
        assertThat(test.folder.failure()).contains("forcing the volume");
        PARTITIONS.forEach(id -> assertThat(log(test, id).flushedOffset()).isZero());
        files.failForce = path -> false;
        test.folder.close(-1);
        files.powerCutLosingAll();
        test.open();
        assertThat(test.folder.startedClean()).isFalse();
        assertEnds(test, 1);
    }

    @Test
    void aCleanStopForcesThemTogetherBeforeItsMark() throws IOException {
        // Given records in many partitions
        for (long journalBytes : new long[] {0, JOURNAL_BYTES}) {
            files = new SimulatedFiles();
            TestFolder test = folder(files, journalBytes);
            createAll(test);
            appendToAll(test);
            int forced = files.volumeForces;

            // When they are closed, and the power goes
            test.folder.close(-1);
            assertThat(files.volumeForces - forced).isEqualTo(2);
            files.powerCutLosingAll();
            test.open();

            // Then the start is clean and all is there
            assertThat(test.folder.startedClean()).isTrue();
            assertEnds(test, 1);
        }
    }

    @Test
    void aStopWhoseForceFailsLeavesNoMark() throws IOException {
        // Given records in many partitions
        TestFolder test = folder(files, JOURNAL_BYTES);
        createAll(test);
        appendToAll(test);
        test.commit();

        // When the volume cannot be forced while they are closed, and the power goes
        files.failForce = path -> path.equals(test.path);
        test.folder.close(-1);
        files.failForce = path -> false;
        files.powerCutLosingAll();
        test.open();

        // Then the journal gives back what was lost
        assertThat(test.folder.startedClean()).isFalse();
        assertEnds(test, 1);
    }

    @Test
    void recoveryForcesThemTogetherBeforeTheJournalForgets() throws IOException {
        // Given records that only the journal has
        TestFolder test = folder(files, JOURNAL_BYTES);
        createAll(test);
        appendToAll(test);
        test.commit();
        files.powerCutLosingAll();
        int forced = files.volumeForces;

        // When they are recovered, and the power goes again
        test.open();
        assertThat(files.volumeForces - forced).isEqualTo(2);
        assertEnds(test, 1);
        files.powerCutLosingAll();
        test.open();

        // Then they are still there
        assertEnds(test, 1);
    }

    @Test
    void thePowerMayGoAtAnyStepOfAStopAndOfTheRecoveryAfterIt() throws IOException {
        RandomSource random = RandomSource.seeded(11);
        for (int changes = 0; changes < 600; changes += 7) {
            // Given records in many partitions
            files = new SimulatedFiles();
            TestFolder first = folder(files, JOURNAL_BYTES);
            createAll(first);
            appendToAll(first);
            first.commit();
            first.folder.checkpointJournal();
            appendToAll(first);
            first.commit();
            files.killed();

            // When the power goes somewhere in a recovery or the stop after it
            endedAfter(changes, test -> test.folder.close(-1));
            files.powerCut(random);

            // Then all is there
            TestFolder last = folder(files, JOURNAL_BYTES);
            assertEnds(last, 2);
        }
    }

    private void endedAfter(int changes, Consumer<TestFolder> work) {
        try {
            work.accept(folder(new FailingChanges(files, changes), JOURNAL_BYTES));
        } catch (IOException | OttlaException cut) {
            assertThat(cut.getMessage()).containsAnyOf("power is gone", "folder has failed");
        }
    }

    @Test
    void thePowerMayGoAtAnyStepOfACreation() throws IOException {
        RandomSource random = RandomSource.seeded(12);
        for (int changes = 1; changes < 320; changes += 3) {
            // Given a creation in which the power goes
            files = new SimulatedFiles();
            folder(files, 0).folder.close(-1);
            endedAfter(changes, ManyLogsTest::createAll);
            files.powerCut(random);

            // When they are created after it
            TestFolder test = folder(files, 0);
            createAll(test);

            // Then what was half made is gone, and was not taken for somebody else's
            assertEnds(test, 0);
            assertThat(files.list(test.path)).noneMatch(path -> path.toString().endsWith(PartitionFolders.STRAY));
        }
    }

    @Test
    void theLockGoesThoughTheVolumeCannotBeClosed() throws IOException {
        // Given a folder whose volume is open and cannot be closed
        TestFolder test = folder(files, 0);
        files.failVolumeClose = true;

        // When it is closed, or cannot be opened
        test.folder.close(-1);
        files.failForce = test.path::equals;
        assertThatThrownBy(test::open)
                .hasMessage("Input/output error")
                .satisfies(failure -> assertThat(failure.getSuppressed()).hasSize(1));
        files.failForce = path -> false;

        // Then the next may have it
        test.open();
        assertThat(test.folder.failure()).isNull();
    }

    @Test
    void aFolderThatAnotherHoldsGetsNoForceOfItsOwn() throws IOException {
        TestFolder test = folder(files, 0);
        assertThatThrownBy(() -> folder(files, 0)).isInstanceOf(OttlaException.class);
        createAll(test);
        assertEnds(test, 0);
    }
}
