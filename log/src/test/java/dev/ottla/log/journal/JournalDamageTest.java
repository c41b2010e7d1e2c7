package dev.ottla.log.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.ottla.base.FileHandle;
import dev.ottla.base.RandomSource;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Bits that rot: wherever it can be proven it is damage, with its place; never is anything shown that was not written. */
class JournalDamageTest {
    private static final long RUNS = Long.getLong("ottla.journal.runs", 500);
    private static final int FLIPS_PER_RUN = 4;

    private record Place(Path file, long position, long bytes, int entries) {
        boolean overlaps(Path other, long from, long to) {
            return file.equals(other) && position < to && from < position + bytes;
        }
    }

    private RandomSource random;
    private TestJournal test;

    private int below(long bound) {
        return (int) Math.floorMod(random.nextLong(), bound);
    }

    private void build(long seed) throws IOException {
        random = RandomSource.seeded(seed);
        test = TestJournal.fresh();
        for (int group = 4 + below(20); group > 0; group--) {
            for (int entries = 1 + below(4); entries > 0; entries--) {
                test.append(below(3), below(below(4) == 0 ? 9000 : 500));
            }
            test.journal.commit();
        }
    }

    private List<Place> groups() throws IOException {
        List<Place> places = new ArrayList<>();
        for (Path file : test.journalFiles()) {
            FileHeader header = StoredFile.read(test.files, file).header();
            try (FileHandle handle = test.files.openReadOnly(file);
                    Arena memory = Arena.ofConfined()) {
                GroupReader reader = new GroupReader(memory, handle, header);
                for (long at = Blocks.BYTES;
                        reader.read(at);
                        at = places.getLast().position() + places.getLast().bytes()) {
                    long total = GroupHeader.totalBytes(GroupHeader.bodyBytes(reader.bytes()));
                    places.add(new Place(file, at, total, GroupHeader.entries(reader.bytes())));
                }
            }
        }
        return places;
    }

    private void flip(Path file, long position) {
        byte[] content = test.files.content(file).clone();
        content[(int) position] ^= (byte) (1 << below(8));
        test.files.put(file, content);
    }

    private Throwable restart(List<TestJournal.Seen> seen) {
        return catchThrowable(() -> {
            test.open();
            seen.addAll(test.replay());
        });
    }

    @Test
    void aFlippedBitInAnyGroupButTheLastIsDamageAtItsPlace() throws IOException {
        for (long seed = 1; seed <= RUNS; seed++) {
            // Given
            build(seed);
            List<Place> groups = groups();
            for (int i = 0; i < FLIPS_PER_RUN; i++) {
                Place place = groups.get(below(groups.size() - 1));
                byte[] whole = test.files.content(place.file());

                // When
                flip(place.file(), place.position() + below(place.bytes()));
                Throwable thrown = restart(new ArrayList<>());

                // Then
                assertThat(thrown)
                        .as("seed %d, flip %d in %s", seed, i, place)
                        .isInstanceOfSatisfying(DamagedJournalException.class, damage -> {
                            assertThat(damage.file()).isEqualTo(place.file());
                            assertThat(damage.position()).isEqualTo(place.position());
                        });
                test.files.put(place.file(), whole);
            }
        }
    }

    @Test
    void aFlippedBitInTheLastGroupIsDamageWhenItIsKnownDurableAndElseCutsThatGroupOnly() throws IOException {
        for (long seed = 1; seed <= RUNS; seed++) {
            // Given
            build(seed);
            boolean known = below(2) == 0;
            if (known) {
                test.journal.checkpoint(List.of(), 1);
            }
            Place last = groups().getLast();

            // When
            flip(last.file(), last.position() + below(last.bytes()));
            List<TestJournal.Seen> seen = new ArrayList<>();
            Throwable thrown = restart(seen);

            // Then
            if (known) {
                assertThat(thrown).as("seed %d", seed).isInstanceOf(DamagedJournalException.class);
            } else {
                assertThat(thrown).as("seed %d", seed).isNull();
                assertThat(seen).isEqualTo(test.appended.subList(0, test.appended.size() - last.entries()));
            }
        }
    }

    @Test
    void aFlippedBitInAHeaderOrTheRecoveryPointsIsRefused() throws IOException {
        // Given
        build(1);
        test.journal.checkpoint(List.of(new RecoveryPoint(TestJournal.TOPIC, 1, 1, 1)), 1);
        List<Path> files = new ArrayList<>(test.journalFiles());
        files.add(RecoveryPointsFile.path(TestJournal.FOLDER));
        for (Path file : files) {
            byte[] whole = test.files.content(file);
            for (int position = 0; position < Math.min(whole.length, Blocks.BYTES); position++) {
                // When
                flip(file, position);

                // Then
                assertThat(restart(new ArrayList<>()))
                        .as("%s at %d", file, position)
                        .isInstanceOfSatisfying(
                                DamagedJournalException.class,
                                damage -> assertThat(damage.file()).isEqualTo(file));
                test.files.put(file, whole);
            }
        }
    }

    @Test
    void rottenBlocksNeverShowWhatWasNotWritten() throws IOException {
        for (long seed = 1; seed <= RUNS; seed++) {
            // Given a run of bytes anywhere that are garbage, zeros, or other blocks of the file
            build(seed);
            Path file = test.journalFiles().get(below(test.journalFiles().size()));
            List<Place> whole = groups();
            byte[] content = test.files.content(file).clone();
            int from = Blocks.BYTES * below(content.length / Blocks.BYTES);
            int source = Blocks.BYTES * below(content.length / Blocks.BYTES);
            int bytes = Math.min(Blocks.BYTES * (1 + below(3)), content.length - Math.max(from, source));
            int how = below(3);
            for (int i = 0; i < bytes; i++) {
                content[from + i] = how == 0 ? (byte) random.nextLong() : how == 1 ? 0 : content[source + i];
            }
            test.files.put(file, content);

            // When
            List<TestJournal.Seen> seen = new ArrayList<>();
            Throwable thrown = restart(seen);

            // Then
            if (thrown == null) {
                assertThat(seen).as("seed %d", seed).isEqualTo(test.appended.subList(0, seen.size()));
                int left = groups().size();
                Place cut = left == whole.size() ? null : whole.get(left);
                assertThat(cut == null || cut.overlaps(file, from, from + bytes))
                        .as("seed %d: %s was cut, the rot is at %d", seed, cut, from)
                        .isTrue();
            } else {
                assertThat(thrown).as("seed %d", seed).isInstanceOf(DamagedJournalException.class);
            }
        }
    }

    @Test
    void aFileThatCannotBeReadIsNeitherCutNorCalledDamaged() throws IOException {
        // Given
        build(3);
        test.open();

        // When
        test.files.failRead = test.journalFiles().getLast()::equals;

        // Then
        assertThatThrownBy(test::replay).isInstanceOf(IOException.class).isNotInstanceOf(DamagedJournalException.class);
        test.files.failRead = path -> false;
        assertThat(test.replay()).isEqualTo(test.appended);
    }

    @Test
    void aShortenedFileIsDamage() throws IOException {
        // Given
        build(4);
        Path file = test.journalFiles().getFirst();

        // When
        test.files.put(file, java.util.Arrays.copyOf(test.files.content(file), Blocks.BYTES + 10));

        // Then
        assertThatThrownBy(test::open)
                .isInstanceOf(DamagedJournalException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("position 4106");
    }
}
