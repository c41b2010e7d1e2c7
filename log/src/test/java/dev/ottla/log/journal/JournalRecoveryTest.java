package dev.ottla.log.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.base.RandomSource;
import dev.ottla.log.SimulatedFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JournalRecoveryTest {
    private static final int SECTOR = 512;
    private static final int SECTORS_OF_A_BLOCK = Blocks.BYTES / SECTOR;

    private TestJournal test;
    private Path file;
    private byte[] before;
    private byte[] after;
    private int groupPosition;

    @BeforeEach
    void aFreshJournal() throws IOException {
        test = new TestJournal(
                new SimulatedFiles(), new JournalSettings(TestJournal.FOLDER, 256 << 10, 64 << 10, 64 << 10, 16 << 10));
        test.open();
        test.start();
    }

    /** Writes a last group, and keeps what the file was without it. */
    private void lastGroup(int bytes) throws IOException {
        file = test.journalFiles().getLast();
        before = test.files.content(file).clone();
        test.group(bytes);
        after = test.files.content(file).clone();
        groupPosition = Arrays.mismatch(before, after);
        assertThat(groupPosition % Blocks.BYTES).isZero();
    }

    /** A restart with so much of the last group on the disk shows all of it or nothing of it. */
    private void replaysAllOrNothing(byte[] left) throws IOException {
        test.files.put(file, left);
        test.open();
        int count = test.appended.size() - (Arrays.equals(left, after) ? 0 : 1);
        int neededFrom = test.appended.size() - 3;
        assertThat(test.replay()).isEqualTo(test.appended.subList(neededFrom, count));
    }

    private byte[] sectors(RandomSource random, int mask) {
        byte[] left = before.clone();
        for (int sector = 0; groupPosition + sector * SECTOR < after.length; sector++) {
            boolean written = random == null ? (mask & (1 << sector)) != 0 : (random.nextLong() & 1) != 0;
            if (written && (random != null || sector < SECTORS_OF_A_BLOCK)) {
                int at = groupPosition + sector * SECTOR;
                System.arraycopy(after, at, left, at, SECTOR);
            }
        }
        return left;
    }

    /** Three entries that are needed, in a file that was used before or not. */
    private void twoGroups(boolean recycled) throws IOException {
        if (recycled) {
            for (int i = 0; i < 12; i++) {
                test.group(12288);
                test.journal.checkpoint(List.of(), test.journal.lastLsn() + 1);
            }
        }
        test.journal.checkpoint(List.of(), test.journal.lastLsn() + 1);
        test.group(4096);
        test.group(4096);
    }

    @Test
    void aTornGroupOfOneBlockIsCutWhicheverOfItsSectorsAreThere() throws IOException {
        for (boolean recycled : new boolean[] {false, true}) {
            // Given
            aFreshJournal();
            twoGroups(recycled);
            lastGroup(4096);

            // When, then
            for (int mask = 0; mask < 1 << SECTORS_OF_A_BLOCK; mask++) {
                replaysAllOrNothing(sectors(null, mask));
            }
        }
    }

    @Test
    void aTornGroupOfSeveralBlocksIsCutWhicheverOfItsSectorsAreThere() throws IOException {
        for (boolean recycled : new boolean[] {false, true}) {
            // Given
            aFreshJournal();
            twoGroups(recycled);
            lastGroup(12288);

            // When, then
            for (long seed = 0; seed < 1000; seed++) {
                replaysAllOrNothing(sectors(RandomSource.seeded(seed), 0));
            }
        }
    }

    @Test
    void aGroupTornAtAnyByteIsCut() throws IOException {
        // Given
        twoGroups(true);
        lastGroup(4096);

        // When, then
        for (int bytes = 0; bytes <= 4096; bytes++) {
            byte[] left = before.clone();
            System.arraycopy(after, groupPosition, left, groupPosition, bytes);
            replaysAllOrNothing(left);
        }
    }

    @Test
    void aGroupThatIsGoneWhenItIsReadAgainIsDamageAndNotAnEarlierEnd() throws IOException {
        // Given a journal that was read to its end, which nothing but the first reading vouches for
        twoGroups(true);
        lastGroup(4096);
        test.open();
        long end = test.replay().getLast().lsn();

        // When its last group reads otherwise the second time
        test.files.put(file, before);

        // Then
        assertThatThrownBy(() -> test.replay())
                .isInstanceOf(DamagedJournalException.class)
                .hasMessageContaining("whole up to LSN " + end);
    }

    @Test
    void afterACutTheJournalGoesOnAndTheCutGroupNeverReturns() throws IOException {
        // Given a torn last group whose number is given again after the restart
        twoGroups(false);
        lastGroup(8192);
        byte[] torn = after.clone();
        torn[groupPosition + 5000] ^= 1;
        test.files.put(file, torn);
        test.open();
        test.replay();
        test.start();
        test.appended.removeLast();
        test.append(2, 77);
        test.journal.commit();

        // When the machine goes down again, and what was torn reads well again
        test.files.powerCutLosingAll();
        test.files.put(file, torn);

        // Then
        assertThat(test.reopen()).isEqualTo(test.appended);
    }

    @Test
    void aGroupLeftByTheFilesEarlierUseIsNeverReplayed() throws IOException {
        // Given a file with a whole group of an earlier generation where the next one would be, with the very number
        // that comes next
        test.group(4096);
        Path last = test.journalFiles().getLast();
        byte[] content = test.files.content(last).clone();
        FileHeader header = FileHeader.decode(last, ByteBuffer.wrap(Arrays.copyOf(content, Blocks.BYTES)));
        byte[] old = Arrays.copyOfRange(content, 4096, 8192);
        ByteBuffer group = ByteBuffer.wrap(old);
        FileHeader earlier = new FileHeader(header.generation() - 1, header.salt() + 1, header.capacityBytes(), 1);
        GroupHeader.put(group, earlier, 2, 1, 1, GroupHeader.bodyBytes(group));
        java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
        crc.update(old, 0, GroupHeader.CRC_AT);
        crc.update(old, GroupHeader.BYTES, old.length - GroupHeader.BYTES);
        group.putInt(GroupHeader.CRC_AT, (int) crc.getValue());
        System.arraycopy(old, 0, content, 8192, 4096);
        test.files.put(last, content);

        // When, then it is neither replayed nor a proof of damage
        test.open();
        assertThat(test.replay()).isEqualTo(test.appended);
    }

    @Test
    void whatAKilledProcessLeftUnforcedIsForcedBeforeItCounts() throws IOException {
        // Given a group that was written and not forced when the process was killed
        test.group(4096);
        test.files.step = (change, path) -> {
            if (change.equals("force")) {
                throw new IOException("killed");
            }
        };
        assertThatThrownBy(() -> test.group(4096)).isInstanceOf(IOException.class);
        test.files.killed();
        test.files.step = (change, path) -> {};

        // When the restart has shown it, and the power goes before anything else
        test.open();
        List<TestJournal.Seen> shown = test.replay();
        test.files.powerCutLosingAll();

        // Then it is still there
        assertThat(shown).hasSize(2);
        test.open();
        assertThat(test.replay()).isEqualTo(shown);
    }

    @Test
    void aCheckpointThatAKilledProcessLeftUnforcedIsForcedBeforeItCounts() throws IOException {
        // Given recovery points that were put in place when the process was killed, before the folder was forced
        test.group(4096);
        List<RecoveryPoint> points = List.of(new RecoveryPoint(TestJournal.TOPIC, 1, 11, 1));
        test.files.step = (change, path) -> {
            if (change.equals("force") && path.equals(TestJournal.FOLDER)) {
                throw new IOException("killed");
            }
        };
        assertThatThrownBy(() -> test.journal.checkpoint(points, 1)).isInstanceOf(IOException.class);
        test.files.killed();
        test.files.step = (change, path) -> {};

        // When the restart has read them, and the power goes before anything else
        test.open();
        test.replay();
        assertThat(test.journal.recoveryPoints()).isEqualTo(points);
        test.files.powerCutLosingAll();

        // Then they are still there
        test.open();
        assertThat(test.journal.recoveryPoints()).isEqualTo(points);
    }

    @Test
    void aMissingFileIsDamage() throws IOException {
        // Given four files, the first of them freed
        while (test.journalFiles().size() < 2) {
            test.group(8192);
        }
        test.journal.checkpoint(List.of(), test.journal.lastLsn());
        while (test.journalFiles().size() < 3) {
            test.group(8192);
        }
        List<Path> files = test.journalFiles();

        for (Path missing : files.subList(0, 2)) {
            // When one is gone
            byte[] content = test.files.content(missing);
            test.files.deleteIfExists(missing);

            // Then
            assertThatThrownBy(test::open)
                    .isInstanceOfSatisfying(
                            DamagedJournalException.class,
                            damage -> assertThat(damage.file()).isEqualTo(missing));
            test.files.open(missing, true).close();
            test.files.put(missing, content);
        }
        for (Path path : files) {
            test.files.deleteIfExists(path);
        }
        assertThatThrownBy(test::open)
                .isInstanceOf(DamagedJournalException.class)
                .hasMessageContaining("missing");
    }

    @Test
    void aMissingLastFileIsDamageOnceACheckpointKnowsOfIt() throws IOException {
        // Given
        while (test.journalFiles().size() < 2) {
            test.group(8192);
        }
        test.journal.checkpoint(List.of(), 1);

        // When
        test.files.deleteIfExists(test.journalFiles().getLast());

        // Then
        test.open();
        assertThatThrownBy(test::replay).isInstanceOf(DamagedJournalException.class);
    }

    @Test
    void missingRecoveryPointsAreDamageWhileThereAreFiles() throws IOException {
        // Given
        test.group(4096);

        // When
        test.files.deleteIfExists(RecoveryPointsFile.path(TestJournal.FOLDER));

        // Then
        assertThatThrownBy(test::open).isInstanceOf(DamagedJournalException.class);
    }
}
