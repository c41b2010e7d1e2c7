package dev.ottla.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.log.inspect.DataFolder;
import dev.ottla.log.inspect.Finding;
import dev.ottla.log.inspect.JournalView;
import dev.ottla.log.inspect.PartitionMarks;
import dev.ottla.log.journal.JournalSettings;
import dev.ottla.log.repair.RepairPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a verification and a repair make of a log whose records are in the journal still. */
class JournalViewTest {
    private static final Path DATA = Path.of("/data");

    private final SimulatedFiles files = new SimulatedFiles();

    private TestFolder killedWithAJournal() throws IOException {
        TestFolder test = new TestFolder(files, DATA, TestFolder.small(100_000), 64 << 20);
        for (int i = 0; i < 20; i++) {
            test.append(TestFolder.batch(test.nowMs + i, "value-" + i));
        }
        test.commit();
        files.killed();
        return test;
    }

    @Test
    void whatTheJournalHasIsNoDamage() throws IOException {
        // Given a broker that was killed, its records durable in the journal only
        TestFolder test = killedWithAJournal();
        DataFolder folder = DataFolder.open(files, DATA);
        PartitionMarks marks = folder.marks(TestFolder.PARTITION.folderName());
        assertThat(marks.journaled()).isTrue();
        assertThat(marks.recoveryPoint()).isZero();

        // When the segment is damaged
        Path file = test.partitionPath().resolve("00000000000000000000.log");
        byte[] content = files.content(file).clone();
        content[content.length / 2] ^= 1;
        files.put(file, content);

        // Then it is worth a note, a repair leaves it alone, and the next start brings all back
        assertThat(InspectedFolder.findings(files, DATA))
                .extracting(Finding::severity)
                .containsOnly(Finding.Severity.NOTE);
        RepairPlan plan = RepairPropertyTest.repair(files, test.partitionPath());
        assertThat(plan.isNeeded()).isFalse();
        test.open();
        assertThat(test.log().endOffset()).isEqualTo(20);
        assertThat(TestFolder.readAll(test.log(), 0, 10_000)).hasSize(20);
    }

    @Test
    void aDamagedJournalIsFound() throws IOException {
        // Given two groups in the journal, the first of them damaged
        TestFolder test = killedWithAJournal();
        test.open();
        test.append(TestFolder.batch(test.nowMs, "one"));
        test.commit();
        test.append(TestFolder.batch(test.nowMs, "two"));
        test.commit();
        files.killed();
        List<Path> journals = files.list(DATA.resolve(JournalSettings.FOLDER)).stream()
                .filter(file -> file.toString().endsWith(".journal"))
                .toList();
        Path journal = journals.getLast();
        byte[] content = files.content(journal).clone();
        content[4096 + 50] ^= 1;
        files.put(journal, content);

        // Then a verification says so
        assertThat(InspectedFolder.damages(files, DATA))
                .anySatisfy(finding -> assertThat(finding.problem()).contains("journal", "damaged"));
        assertThat(JournalView.read(files, DATA, entry -> {}).damage()).isNotNull();
    }
}
