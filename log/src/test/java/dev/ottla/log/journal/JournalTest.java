package dev.ottla.log.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.log.SimulatedFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

class JournalTest {
    @Test
    void whatIsCommittedIsReplayedAfterAPowerCut() throws IOException {
        // Given entries of every kind, one larger than a staging chunk, in several groups
        TestJournal test = TestJournal.fresh();
        for (EntryKind kind : EntryKind.values()) {
            test.append(kind, 1, kind == EntryKind.APPEND ? 9000 : 0);
            if (kind == EntryKind.APPEND) {
                test.journal.commit();
            }
        }
        test.journal.commit();

        // When only what was forced is left
        test.files.powerCutLosingAll();
        test.open();

        // Then replay shows them all, in order, twice if asked
        assertThat(test.journal.isEmpty()).isFalse();
        assertThat(test.replay()).isEqualTo(test.appended);
        assertThat(test.replay()).isEqualTo(test.appended);
        assertThat(test.journal.lastLsn()).isEqualTo(5);
        assertThat(test.journal.durableLsn()).isEqualTo(5);
    }

    @Test
    void aGroupIsOneWriteAndOneForceAndEachStreamIsToldOnce() throws IOException {
        // Given a started journal with room, and entries of two streams
        TestJournal test = new TestJournal(
                new SimulatedFiles(), new JournalSettings(TestJournal.FOLDER, 96 << 10, 64 << 10, 64 << 10, 16 << 10));
        test.open();
        test.start();
        test.append(1, 100);
        test.append(2, 100);
        test.append(1, 100);
        List<String> changes = new ArrayList<>();
        test.files.step = (change, path) -> changes.add(change);

        test.journal.onProgress(() -> changes.add("told"));

        // When committed
        assertThat(test.told).isEmpty();
        assertThat(test.journal.commit()).isTrue();

        // Then
        assertThat(changes).containsExactly("write", "force", "told");
        assertThat(test.told).containsExactly("1:31@3", "2:21@2");
        assertThat(test.journal.durableLsn()).isEqualTo(3);
        assertThat(test.journal.commit()).isFalse();
    }

    @Test
    void anEntryMayLieOverTheEndOfAPieceOfMemoryAtAnyByte() throws IOException {
        // Given pieces of a block each, and entries whose successor begins at every byte around the end of the first
        // piece
        TestJournal test = TestJournal.fresh();
        int header = EntryFormat.HEADER_BYTES;
        int untilEnd = Blocks.BYTES - GroupHeader.BYTES - header;
        for (int bytes = untilEnd - header - 1; bytes <= untilEnd + 1; bytes++) {
            test.append(1, bytes);
            test.append(2, 5);
            test.append(EntryKind.LOG_START, 1, 0);
            test.append(1, 2 * Blocks.BYTES);
            test.journal.commit();
            test.journal.checkpoint(List.of(), test.journal.lastLsn() - 3);

            // When only what was forced is left
            test.open();

            // Then every byte is
            List<TestJournal.Seen> appended = test.appended;
            assertThat(test.replay())
                    .as("%d bytes", bytes)
                    .isEqualTo(appended.subList(appended.size() - 4, appended.size()));
            test.start();
        }
    }

    @Test
    void aStreamKnowsItsLastEntryAndTheJournalItsLast() throws IOException {
        // Given
        TestJournal test = TestJournal.fresh();
        assertThat(test.stream(1).lastLsn()).isZero();

        // When
        test.append(1, 10);
        test.append(2, 10);

        // Then
        assertThat(test.stream(1).lastLsn()).isEqualTo(1);
        assertThat(test.stream(2).lastLsn()).isEqualTo(2);
        assertThat(test.journal.lastLsn()).isEqualTo(2);
        assertThat(test.journal.durableLsn()).isZero();
    }

    @Test
    void aPayloadKeepsItsPositionAndOnlyWhatRemainsIsTaken() throws IOException {
        // Given a buffer with bytes before and after
        TestJournal test = TestJournal.fresh();
        java.nio.ByteBuffer buffer = java.nio.ByteBuffer.allocateDirect(10);
        buffer.put(4, (byte) 44).put(5, (byte) 55).position(4).limit(6);

        // When
        test.stream(1).append(EntryKind.APPEND, 0, 1, buffer);
        test.journal.commit();
        test.open();

        // Then
        assertThat(buffer.position()).isEqualTo(4);
        assertThat(test.replay())
                .extracting(TestJournal.Seen::payload)
                .containsExactly(TestJournal.summary((byte) 44, (byte) 55));
    }

    @Test
    void aGroupLargerThanAFileGetsAFileAsLargeAsItNeeds() throws IOException {
        // Given
        TestJournal test = TestJournal.fresh();
        test.append(1, 50);
        test.journal.commit();

        // When
        test.append(1, 200_000);
        test.append(2, 50);
        test.journal.commit();
        test.append(2, 50);
        test.journal.commit();

        // Then
        assertThat(test.files.size(test.journalFiles().get(1))).isBetween(200_000L, 210_000L);
        test.files.powerCutLosingAll();
        assertThat(test.reopen()).isEqualTo(test.appended);
    }

    @Test
    void aCleanCloseLeavesNoFilesAndKeepsTheNumbersAndThePoints() throws IOException {
        // Given a journal whose every entry is forced elsewhere
        TestJournal test = TestJournal.fresh();
        test.append(1, 50);
        List<RecoveryPoint> points = List.of(new RecoveryPoint(TestJournal.TOPIC, 1, 11, 1));
        assertThatThrownBy(() -> test.journal.checkpoint(points, 3)).isInstanceOf(IllegalArgumentException.class);
        test.journal.checkpoint(points, 2);

        // When
        test.journal.close(true);

        // Then
        assertThat(test.journalFiles()).isEmpty();
        test.files.powerCutLosingAll();
        test.open();
        assertThat(test.journal.isEmpty()).isTrue();
        assertThat(test.journal.recoveryPoints()).isEqualTo(points);
        assertThat(test.journal.lastLsn()).isEqualTo(1);
        test.start();
        assertThat(test.append(1, 50)).isEqualTo(2);
        test.journal.commit();
        test.files.powerCutLosingAll();
        assertThat(test.reopen()).containsExactly(test.appended.get(1));
    }

    @Test
    void aCleanCloseWithEntriesThatAreStillNeededIsRefused() throws IOException {
        // Given
        TestJournal test = TestJournal.fresh();
        test.append(1, 50);

        // When
        assertThatThrownBy(() -> test.journal.close(true)).isInstanceOf(IllegalStateException.class);

        // Then they were written, and are there
        assertThat(test.reopen()).isEqualTo(test.appended);
    }

    @Test
    void aCloseWritesWhatIsStagedAndTakesNoMore() throws IOException {
        // Given
        TestJournal test = TestJournal.fresh();
        test.append(1, 50);

        // When
        test.journal.close(false);

        // Then
        assertThat(test.told).containsExactly("1:11@1");
        assertThatThrownBy(() -> test.append(1, 1)).isInstanceOf(OttlaException.class);
        assertThat(test.files.openHandles()).isZero();
        assertThat(test.reopen()).hasSize(1);
    }

    @Test
    void nothingIsTakenBeforeTheStartNorReplayedAfterIt() throws IOException {
        // Given
        TestJournal test = new TestJournal(new SimulatedFiles(), TestJournal.SMALL);

        // When
        test.open();

        // Then
        assertThatThrownBy(() -> test.append(1, 1)).isInstanceOf(OttlaException.class);
        test.start();
        test.append(1, 1);
        test.journal.commit();
        assertThatThrownBy(test::replay).isInstanceOf(IllegalStateException.class);
        test.open();
        assertThatThrownBy(test::start).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> test.journal.checkpoint(List.of(), 1)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aCheckpointFreesFilesThatAreRecycledWithoutGrowing() throws IOException {
        // Given a journal that was written several times over, freed all the time
        TestJournal test = TestJournal.fresh();
        List<Integer> fileCounts = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            test.group(8192);
            test.journal.checkpoint(List.of(), test.journal.lastLsn());
            fileCounts.add(test.files.list(TestJournal.FOLDER).size());
        }

        // Then there are never more than a few files, and only the last entry is replayed
        assertThat(fileCounts).allMatch(count -> count <= 5);
        assertThat(test.reopen()).containsExactly(test.appended.getLast());
    }

    @Test
    void aRecycledFileIsNotWrittenThroughAgain() throws IOException {
        // Given a journal that has files to recycle
        TestJournal test = TestJournal.fresh();
        for (int i = 0; i < 20; i++) {
            test.group(8192);
        }
        test.journal.checkpoint(List.of(), test.journal.lastLsn());
        List<String> created = new ArrayList<>();
        test.files.step = (change, path) -> {
            if (change.equals("create") && path.toString().endsWith(".spare")) {
                created.add(path.toString());
            }
        };

        // When it goes on through another file
        for (int i = 0; i < 4; i++) {
            test.group(8192);
        }

        // Then
        assertThat(created).isEmpty();
    }

    @Test
    void fullOrFarBehindIsCongestedUntilFreed() throws IOException {
        // Given
        TestJournal test = TestJournal.fresh();
        int[] progress = new int[1];
        test.journal.onProgress(() -> progress[0]++);
        assertThat(test.journal.isCongested()).isFalse();

        // When staging is past its limit
        test.append(1, 10_000);
        test.append(1, 10_000);
        assertThat(test.journal.isCongested()).isTrue();
        test.journal.commit();

        // Then a commit relieves it
        assertThat(test.journal.isCongested()).isFalse();
        assertThat(progress[0]).isEqualTo(1);

        // When the files hold as much as they may
        while (!test.journal.isCongested()) {
            test.group(8192);
        }
        assertThat(test.journal.usedBytes()).isGreaterThanOrEqualTo(test.journal.maxBytes());

        // Then appends still work, and a checkpoint at the LSN that is asked for frees as much
        test.group(4096);
        long used = test.journal.usedBytes();
        progress[0] = 0;
        test.journal.checkpoint(List.of(), test.journal.lsnAtUsedBytes(30_000));
        assertThat(test.journal.usedBytes()).isLessThanOrEqualTo(used - 30_000);
        assertThat(test.journal.isCongested()).isFalse();
        assertThat(progress[0]).isEqualTo(1);
        assertThat(test.journal.lsnAtUsedBytes(0)).isGreaterThan(1);
        assertThat(test.journal.lsnAtUsedBytes(Long.MAX_VALUE)).isLessThanOrEqualTo(test.journal.lastLsn());
    }

    @Test
    void anErrorOfAForceIsFinal() throws IOException {
        // Given one entry that is durable and one that is staged
        TestJournal test = TestJournal.fresh();
        test.append(1, 50);
        test.journal.commit();
        test.append(1, 50);

        // When the force fails once
        boolean[] failed = new boolean[1];
        test.files.failForce = path -> !failed[0] && (failed[0] = true);
        assertThatThrownBy(test.journal::commit).isInstanceOf(IOException.class);
        test.files.failForce = path -> false;

        // Then nothing is acknowledged any more, and everybody hears of it, once
        assertThatThrownBy(test.journal::commit).isInstanceOf(IOException.class);
        assertThat(test.journal.durableLsn()).isEqualTo(1);
        assertThat(test.acknowledgedLsn).isEqualTo(1);
        assertThat(test.failures).hasSize(1);
        assertThatThrownBy(() -> test.append(1, 50))
                .asInstanceOf(InstanceOfAssertFactories.type(OttlaException.class))
                .extracting(OttlaException::code)
                .isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR);
        assertThatThrownBy(() -> test.journal.await(2)).isInstanceOf(OttlaException.class);
        test.journal.await(1);
        test.journal.close(true);
        test.files.powerCutLosingAll();
        assertThat(test.reopen()).isEqualTo(test.appended.subList(0, 1));
    }

    @Test
    void anErrorOfAWriteIsFinalToo() throws IOException {
        // Given
        TestJournal test = TestJournal.fresh();
        test.append(1, 50);

        // When
        test.files.failWrite = path -> true;
        assertThatThrownBy(test.journal::commit).isInstanceOf(IOException.class);
        test.files.failWrite = path -> false;

        // Then
        assertThatThrownBy(test.journal::commit).isInstanceOf(IOException.class);
        assertThat(test.told).isEmpty();
        assertThat(test.failures).hasSize(1);
    }

    @Test
    void aFileSystemThatRefusesTheFirstDirectWriteIsWrittenThroughThePageCache() throws IOException {
        // Given one that lets files be opened for direct writes, and then does not take them
        SimulatedFiles files = new SimulatedFiles();
        files.refuseDirectWrites = true;
        TestJournal test = new TestJournal(files, TestJournal.SMALL);
        test.open();
        test.start();

        // When so much is appended that several files are begun, then all is acknowledged and there after a power cut
        for (int i = 0; i < 20; i++) {
            test.group(8 << 10);
        }
        assertThat(test.failures).isEmpty();
        assertThat(test.told).hasSize(20);
        test.files.powerCutLosingAll();
        assertThat(test.reopen()).isEqualTo(test.appended);
    }

    @Test
    void aDirectWriteThatIsRefusedLaterIsFinal() throws IOException {
        // Given a file that has acknowledged entries
        TestJournal test = TestJournal.fresh();
        test.group(4096);
        int told = test.told.size();

        // When a direct write to it is refused
        test.files.refuseDirectWrites = true;
        test.append(1, 50);
        assertThatThrownBy(test.journal::commit).hasMessageContaining("Invalid argument");
        test.files.refuseDirectWrites = false;

        // Then nothing is acknowledged any more
        assertThatThrownBy(test.journal::commit).isInstanceOf(IOException.class);
        assertThat(test.told).hasSize(told);
        assertThat(test.failures).hasSize(1);
    }

    @Test
    void aFullDiskIsWaitedFor() throws IOException {
        // Given a disk with no room for another file
        TestJournal test = TestJournal.fresh();
        test.append(1, 50);
        test.journal.commit();
        test.files.freeBytes = 2000;
        test.append(2, 60_000);

        // When
        assertThat(test.journal.commit()).isFalse();
        test.append(1, 50);
        assertThat(test.journal.commit()).isFalse();

        // Then nothing is acknowledged, nothing has failed, and no part of a file stays
        assertThat(test.journal.isCongested()).isTrue();
        assertThat(test.journal.durableLsn()).isEqualTo(1);
        assertThat(test.failures).isEmpty();
        assertThat(test.files.freeBytes).isEqualTo(2000);

        // When there is room again
        test.files.freeBytes = Long.MAX_VALUE;
        assertThat(test.journal.commit()).isTrue();
        assertThat(test.journal.commit()).isTrue();

        // Then
        assertThat(test.journal.isCongested()).isFalse();
        assertThat(test.acknowledgedLsn).isEqualTo(3);
        test.files.powerCutLosingAll();
        assertThat(test.reopen()).isEqualTo(test.appended);
    }

    @Test
    void aFullDiskLeavesTheEarlierCheckpointStanding() throws IOException {
        // Given
        TestJournal test = TestJournal.fresh();
        test.append(1, 50);
        test.journal.commit();
        test.files.freeBytes = 10;

        // When
        assertThatThrownBy(() -> test.journal.checkpoint(List.of(new RecoveryPoint(TestJournal.TOPIC, 1, 11, 1)), 2))
                .isInstanceOf(IOException.class);

        // Then
        test.files.freeBytes = Long.MAX_VALUE;
        assertThat(test.failures).isEmpty();
        assertThat(test.journal.isCongested()).isFalse();
        test.open();
        assertThat(test.journal.recoveryPoints()).isEmpty();
        assertThat(test.replay()).isEqualTo(test.appended);
    }

    @Test
    void aCheckpointMakesDurableWhatItSpeaksOf() throws IOException {
        // Given an entry that is only staged, and a point that covers it
        TestJournal test = TestJournal.fresh();
        test.append(1, 50);

        // When
        test.journal.checkpoint(List.of(new RecoveryPoint(TestJournal.TOPIC, 1, 11, 1)), 1);

        // Then
        assertThat(test.journal.durableLsn()).isEqualTo(1);
    }

    @Test
    void whatAnotherVersionWroteIsRefusedAndSaidSo() throws IOException {
        // Given a file and recovery points of format version 2
        TestJournal test = TestJournal.fresh();
        Path file = test.journalFiles().getFirst();
        byte[] content = test.files.content(file).clone();
        java.nio.ByteBuffer block = java.nio.ByteBuffer.wrap(content);
        block.putInt(4, 2).putInt(Blocks.BYTES - 4, Blocks.crc(block, 0, Blocks.BYTES - 4));
        test.files.put(file, content);

        // When, then
        assertThatThrownBy(test::open)
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(DamagedJournalException.class)
                .hasMessageContaining("format version 2");
    }
}
