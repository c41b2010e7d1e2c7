package dev.ottla.log.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KeptEntriesTest {
    private static final Path FILE = Path.of("/data/topic-1/journal-kept");

    private TestJournal test;

    @BeforeEach
    void aJournalWithEntriesOfTwoPartitions() throws IOException {
        test = TestJournal.fresh();
        test.files.createFolders(FILE.getParent());
        test.files.forceFolder(FILE.getParent().getParent());
        for (int i = 0; i < 10; i++) {
            test.append(i % 2, 50 * i);
        }
        test.journal.commit();
        test.open();
    }

    private void keep(KeptEntries kept) throws IOException {
        test.journal.replay(entry -> {
            if (entry.partition() == 1) {
                kept.add(entry);
            }
        });
    }

    private List<TestJournal.Seen> kept() throws IOException {
        List<TestJournal.Seen> seen = new ArrayList<>();
        KeptEntries.replay(test.files, FILE, entry -> seen.add(TestJournal.Seen.of(entry)));
        return seen;
    }

    private List<TestJournal.Seen> ofPartitionOne() {
        return test.appended.stream().filter(entry -> entry.partition() == 1).toList();
    }

    private void write() throws IOException {
        try (KeptEntries kept = KeptEntries.write(test.files, FILE)) {
            keep(kept);
            kept.finish();
        }
    }

    @Test
    void whatIsKeptIsShownAsItWasAfterAPowerCut() throws IOException {
        // Given
        assertThat(kept()).isEmpty();

        // When
        write();
        test.files.powerCutLosingAll();

        // Then
        assertThat(kept()).isEqualTo(ofPartitionOne());
    }

    @Test
    void whatIsNotFinishedLeavesTheOldVersion() throws IOException {
        // Given
        write();

        // When
        try (KeptEntries kept = KeptEntries.write(test.files, FILE)) {
            keep(kept);
        }

        // Then
        assertThat(kept()).isEqualTo(ofPartitionOne());
        assertThat(test.files.list(FILE.getParent())).containsExactly(FILE);
    }

    @Test
    void aFlippedBitOrAMissingEndIsDamage() throws IOException {
        // Given
        write();
        byte[] whole = test.files.content(FILE).clone();

        for (int position = 0; position < whole.length; position++) {
            // When a bit flips
            byte[] flipped = whole.clone();
            flipped[position] ^= 4;
            test.files.put(FILE, flipped);

            // Then nothing wrong is taken for whole
            assertThatThrownBy(this::kept).as("flip at %d", position).isInstanceOf(IOException.class);

            // When the rest is gone
            test.files.put(FILE, Arrays.copyOf(whole, position));

            // Then
            assertThatThrownBy(this::kept).as("cut at %d", position).isInstanceOf(DamagedJournalException.class);
        }
    }
}
