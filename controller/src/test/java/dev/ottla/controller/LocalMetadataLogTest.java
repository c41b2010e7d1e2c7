package dev.ottla.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.base.Files;
import dev.ottla.base.RandomSource;
import dev.ottla.metadata.ClusterImage;
import dev.ottla.metadata.MetadataEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalMetadataLogTest {
    private static final Files FILES = Files.system();

    @TempDir
    private Path temporary;

    private Path folder;

    @BeforeEach
    void nameFolder() {
        folder = temporary.resolve("metadata");
    }

    @Test
    void whatWasForcedIsThereAgain() throws IOException {
        assertThat(LocalMetadataLog.exists(FILES, folder)).isFalse();
        ClusterImage written = write(folder, 20, Integer.MAX_VALUE);
        assertThat(LocalMetadataLog.exists(FILES, folder)).isTrue();
        assertThat(reopen(folder)).isEqualTo(written);
    }

    @Test
    void whatWasNotForcedIsNotThere() throws IOException {
        try (LocalMetadataLog log = LocalMetadataLog.open(FILES, folder)) {
            log.append(List.of(new MetadataEvent.ClusterCreated("c")));
        }
        assertThat(reopen(folder)).isEqualTo(ClusterImage.EMPTY);
    }

    @Test
    void severalAppendsAndOneForceMakeOneEntry() throws IOException {
        FaultyFiles files = new FaultyFiles();
        try (LocalMetadataLog log = LocalMetadataLog.open(files, folder)) {
            int before = files.forces();
            log.append(List.of(new MetadataEvent.ClusterCreated("c")));
            log.append(List.of(new MetadataEvent.ProducerIdsAllocated(1, 1000)));
            log.force();
            assertThat(files.forces()).isEqualTo(before + 1);
        }
        assertThat(reopen(folder).nextProducerId()).isEqualTo(1000);
    }

    @Test
    void aCrashAtAnyByteOfTheLastEntryLosesOnlyThatEntry() throws IOException {
        // Given a log, and the same log before its last entry
        ClusterImage before = write(folder, 5, Integer.MAX_VALUE);
        byte[] shorter = FILES.readAll(onlyLog(folder));
        ClusterImage after;
        try (LocalMetadataLog log = LocalMetadataLog.open(FILES, folder)) {
            List<MetadataEvent> last = List.of(
                    new MetadataEvent.ProducerIdsAllocated(1, before.nextProducerId() + 1000),
                    new MetadataEvent.LeaderEpochsBumped(1));
            log.append(last);
            log.force();
            after = before.apply(last);
        }
        byte[] whole = FILES.readAll(onlyLog(folder));
        for (int length = shorter.length; length <= whole.length; length++) {
            ClusterImage expected = length == whole.length ? after : before;
            // When the file ends there, or its rest was never written
            byte[] cut = Arrays.copyOf(whole, length);
            byte[] zeros = Arrays.copyOf(cut, whole.length);
            for (byte[] torn : List.of(cut, zeros)) {
                Path copy = copyWith("crash-" + length + "-" + torn.length, torn);
                // Then the entries before it are there, and new ones can follow
                assertThat(reopen(copy))
                        .as("%d bytes of %d", length, torn.length)
                        .isEqualTo(expected);
                assertThat(FILES.size(onlyLog(copy))).isEqualTo(length == whole.length ? length : shorter.length);
                appendAndReopen(copy, expected);
            }
        }
    }

    @Test
    void aFlippedBitInAnyEntryButTheLastIsRefusedAndNothingIsChanged() throws IOException {
        write(folder, 4, Integer.MAX_VALUE);
        byte[] whole = FILES.readAll(onlyLog(folder));
        int last = lastEntry(whole);
        for (int position = 0; position < last; position++) {
            byte[] flipped = whole.clone();
            flipped[position] ^= 0x10;
            Path copy = copyWith("flip-" + position, flipped);
            assertThatThrownBy(() -> reopen(copy)).as("byte %d", position).isInstanceOf(IOException.class);
            assertThat(FILES.readAll(onlyLog(copy))).isEqualTo(flipped);
        }
    }

    @Test
    void anUnknownFormatVersionIsRefusedByName() throws IOException {
        write(folder, 1, Integer.MAX_VALUE);
        byte[] newer = FILES.readAll(onlyLog(folder));
        newer[11] = 2;
        Path copy = copyWith("newer", newer);
        assertThatThrownBy(() -> reopen(copy)).hasMessageContaining("format version 2");
    }

    @Test
    void aSnapshotAndItsTailEqualTheFullReplay() throws IOException {
        ClusterImage full = write(folder, 300, Integer.MAX_VALUE);
        Path compacted = temporary.resolve("compacted");
        ClusterImage again = write(compacted, 300, 2_000);
        assertThat(again).isEqualTo(full);
        assertThat(names(compacted)).hasSize(2).anyMatch(name -> name.endsWith(".snapshot"));
        assertThat(reopen(compacted)).isEqualTo(full);
    }

    @Test
    void aCrashBetweenAnyTwoStepsOfASnapshotLosesNothing() throws IOException {
        boolean finished = false;
        for (int steps = 0; !finished; steps++) {
            // Given a log that the next compaction shortens
            Path here = temporary.resolve("steps-" + steps);
            ClusterImage image = write(here, 30, Integer.MAX_VALUE);
            FaultyFiles files = new FaultyFiles();
            try (LocalMetadataLog log = LocalMetadataLog.open(files, here, 100)) {
                // When the process dies after so many steps
                files.dieAfter(steps);
                log.compact(image);
                finished = true;
            } catch (IOException dead) {
                assertThat(dead).hasMessage("dead");
            }
            // Then all is there, and goes on
            assertThat(reopen(here)).as("after %d steps", steps).isEqualTo(image);
            appendAndReopen(here, image);
        }
    }

    @Test
    void aMissingLogOrADamagedSnapshotIsRefused() throws IOException {
        write(folder, 300, 2_000);
        byte[] snapshot = FILES.readAll(withSuffix(folder, ".snapshot"));
        snapshot[snapshot.length - 1] ^= 1;
        FILES.replace(withSuffix(folder, ".snapshot"), snapshot);
        assertThatThrownBy(() -> reopen(folder)).hasMessageContaining("a snapshot must be whole");
        snapshot[snapshot.length - 1] ^= 1;
        FILES.replace(withSuffix(folder, ".snapshot"), snapshot);
        FILES.deleteIfExists(onlyLog(folder));
        assertThatThrownBy(() -> reopen(folder)).hasMessageContaining("missing");
    }

    @Test
    void aLogWithoutItsSnapshotIsRefused() throws IOException {
        write(folder, 300, 2_000);
        FILES.deleteIfExists(withSuffix(folder, ".snapshot"));
        assertThatThrownBy(() -> reopen(folder)).hasMessageContaining("are missing before");
    }

    @Test
    void afterAnErrorNothingMoreIsTaken() throws IOException {
        FaultyFiles files = new FaultyFiles();
        LocalMetadataLog log = LocalMetadataLog.open(files, folder);
        files.failOneForce();
        log.append(List.of(new MetadataEvent.ClusterCreated("c")));
        assertThatThrownBy(log::force).hasMessage("EIO");
        assertThatThrownBy(() -> log.append(List.of())).hasMessageContaining("failed before");
        assertThatThrownBy(log::force).hasMessageContaining("failed before");
        log.close();
    }

    @Test
    void aFullDiskUndoesWhatWaitedAndTheLogGoesOn() throws IOException {
        // Given a log with one event
        FaultyFiles files = new FaultyFiles();
        try (LocalMetadataLog log = LocalMetadataLog.open(files, folder)) {
            log.append(List.of(new MetadataEvent.ClusterCreated("c")));
            log.force();
            long bytes = FILES.size(onlyLog(folder));
            // When the next finds no room
            files.full(true);
            log.append(List.of(new MetadataEvent.ProducerIdsAllocated(1, 1000)));
            assertThatThrownBy(log::force).isInstanceOf(DiskFullException.class);
            // Then nothing of it is there
            assertThat(FILES.size(onlyLog(folder))).isEqualTo(bytes);
            assertThat(reopen(folder).nextProducerId()).isZero();
            // And another finds its place when there is room again
            files.full(false);
            log.append(List.of(new MetadataEvent.ProducerIdsAllocated(1, 2000)));
            log.force();
        }
        assertThat(reopen(folder).nextProducerId()).isEqualTo(2000);
    }

    @Test
    void aWriteThatCannotBeUndoneIsFinal() throws IOException {
        FaultyFiles files = new FaultyFiles();
        LocalMetadataLog log = LocalMetadataLog.open(files, folder);
        // Given a full disk, and a force of the undoing that fails
        files.full(true);
        files.failOneForce();
        log.append(List.of(new MetadataEvent.ClusterCreated("c")));
        assertThatThrownBy(log::force).hasMessage("EIO");
        // Then nothing more is taken
        files.full(false);
        assertThatThrownBy(() -> log.append(List.of())).hasMessageContaining("failed before");
        log.close();
    }

    @Test
    void aSnapshotThatFindsNoRoomIsPutOff() throws IOException {
        // Given a log that is due for a snapshot, on a full disk
        ClusterImage image = write(folder, 30, Integer.MAX_VALUE);
        FaultyFiles files = new FaultyFiles();
        try (LocalMetadataLog log = LocalMetadataLog.open(files, folder, 100)) {
            files.full(true);
            log.compact(image);
            // Then the log is as it was, and takes events
            assertThat(names(folder)).hasSize(1);
            files.full(false);
            List<MetadataEvent> events = List.of(new MetadataEvent.ProducerIdsAllocated(1, 1_000_000));
            log.append(events);
            log.force();
            image = image.apply(events);
            // And the snapshot is not tried with each force, but when the log has grown
            log.compact(image);
            assertThat(names(folder)).hasSize(1);
            for (int i = 0; i < 10; i++) {
                log.append(events);
                log.force();
            }
            log.compact(image);
            assertThat(names(folder)).hasSize(2).anyMatch(name -> name.endsWith(".snapshot"));
        }
        assertThat(reopen(folder)).isEqualTo(image);
    }

    @Test
    void aFolderThatIsGoneIsNoticedAtTheNextForce() throws IOException {
        LocalMetadataLog log = LocalMetadataLog.open(FILES, folder);
        FILES.deleteTree(folder);
        log.append(List.of(new MetadataEvent.ClusterCreated("c")));
        assertThatThrownBy(log::force).hasMessageContaining("is gone");
        log.close();
    }

    /** Runs seeded commands and forces after each; the image that they leave. */
    private static ClusterImage write(Path folder, int commands, int minBytesBeforeSnapshot) throws IOException {
        RandomCommands random = new RandomCommands(RandomSource.seeded(3));
        RandomSource ids = RandomSource.seeded(4);
        ControllerCore core = new ControllerCore(new ControllerSettings(1, java.util.Map.of()));
        try (LocalMetadataLog log = LocalMetadataLog.open(FILES, folder, minBytesBeforeSnapshot)) {
            ClusterImage image = append(log, log.opened(), core, new CreateCluster("c"), ids);
            image = append(log, image, core, new RegisterBroker(1, List.of(), null, List.of()), ids);
            for (int i = 0; i < commands; i++) {
                image = append(log, image, core, random.next(), ids);
            }
            return image;
        }
    }

    private static ClusterImage append(
            LocalMetadataLog log, ClusterImage image, ControllerCore core, Command<?> command, RandomSource ids)
            throws IOException {
        List<MetadataEvent> events = core.decide(image, command, 0, ids).events();
        ClusterImage after = image.apply(events);
        log.append(events);
        log.force();
        log.compact(after);
        return after;
    }

    private static void appendAndReopen(Path folder, ClusterImage before) throws IOException {
        MetadataEvent event = new MetadataEvent.ProducerIdsAllocated(1, before.nextProducerId() + 5000);
        try (LocalMetadataLog log = LocalMetadataLog.open(FILES, folder)) {
            log.append(List.of(event));
            log.force();
        }
        assertThat(reopen(folder)).isEqualTo(before.apply(event));
    }

    private static ClusterImage reopen(Path folder) throws IOException {
        try (LocalMetadataLog log = LocalMetadataLog.open(FILES, folder)) {
            return log.opened();
        }
    }

    private Path copyWith(String name, byte[] log) throws IOException {
        Path copy = temporary.resolve(name);
        FILES.createFolders(copy);
        FILES.replace(copy.resolve(onlyLog(folder).getFileName()), log);
        return copy;
    }

    private static int lastEntry(byte[] log) {
        java.nio.ByteBuffer buffer = java.nio.ByteBuffer.wrap(log);
        int position = LogFormat.HEADER_BYTES;
        int last = position;
        while (position < log.length) {
            last = position;
            position += LogFormat.ENTRY_HEADER_BYTES + buffer.getInt(position);
        }
        return last;
    }

    private static Path onlyLog(Path folder) throws IOException {
        return withSuffix(folder, ".log");
    }

    private static Path withSuffix(Path folder, String suffix) throws IOException {
        List<Path> found = new ArrayList<>(FILES.list(folder));
        found.removeIf(path -> !path.toString().endsWith(suffix));
        assertThat(found).hasSize(1);
        return found.getFirst();
    }

    private static List<String> names(Path folder) throws IOException {
        return FILES.list(folder).stream()
                .map(path -> path.getFileName().toString())
                .toList();
    }
}
