package dev.ottla.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.base.OttlaException;
import dev.ottla.base.TopicId;
import dev.ottla.base.TopicPartition;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A partition that cannot take its journal entries loses none of them, however often the broker starts meanwhile. */
class KeptJournalTest {
    private static final Path KEPT = Path.of("/data/ottla-kept");

    private final SimulatedFiles files = new SimulatedFiles();
    private TestFolder test;

    @BeforeEach
    void recordsInSegmentsAndInTheJournal() throws IOException {
        test = new TestFolder(files, Path.of("/data"), TestFolder.small(100_000), 1 << 20);
        append("forced");
        test.folder.checkpointJournal();
        append("only in the journal");
    }

    private void append(String value) throws IOException {
        AppendResult result = test.tryAppend(TestFolder.batch(test.nowMs, value), 1);
        assertThat(result.succeeded()).isTrue();
        test.commit();
    }

    private Path segment() {
        return test.partitionPath().resolve("00000000000000000000.log");
    }

    @Test
    void aDamagedPartitionGetsItsEntriesBackOnceItsFileIs() throws IOException {
        // Given damage below the recovery point, and a crash
        byte[] whole = files.content(segment()).clone();
        byte[] damaged = whole.clone();
        damaged[70] ^= 1;
        files.put(segment(), damaged);
        files.killed();

        // When it starts twice, then the partition is offline both times
        for (int i = 0; i < 2; i++) {
            test.open();
            assertThat(test.log().offlineReason()).contains("below its recovery point");
            assertThat(files.list(KEPT)).hasSize(1);
            test.folder.close(-1);
        }

        // When the file comes back, as it was before the journal's entry
        files.put(segment(), whole);
        test.open();

        // Then all of it is there, and nothing need be kept any more
        assertThat(test.log().offlineReason()).isNull();
        assertThat(test.log().endOffset()).isEqualTo(2);
        assertThat(TestFolder.readAll(test.log(), 0, 1000)).hasSize(2);
        assertThat(files.list(KEPT)).isEmpty();
        append("goes on");
        test.restart();
        assertThat(test.log().endOffset()).isEqualTo(3);
    }

    @Test
    void aMissingFolderIsNotMadeAgainEmpty() throws IOException {
        // Given a folder that somebody moved away
        files.killed();
        Path away = Path.of("/away");
        files.rename(test.partitionPath(), away);

        // When it starts, then the partition cannot be created
        for (int i = 0; i < 2; i++) {
            test.open();
            assertThatThrownBy(() -> test.folder.create(TestFolder.PARTITION, test.config))
                    .isInstanceOf(OttlaException.class)
                    .hasMessageContaining("is missing");
            test.folder.close(-1);
        }

        // When it comes back, then all of it is there
        files.rename(away, test.partitionPath());
        test.open();
        assertThat(test.log().endOffset()).isEqualTo(2);
        assertThat(files.list(KEPT)).isEmpty();
    }

    @Test
    void aFolderThatIsMissingAfterACleanStopIsNoticedToo() throws IOException {
        test.folder.close(-1);
        files.rename(test.partitionPath(), Path.of("/away"));
        test.open();
        assertThatThrownBy(() -> test.folder.create(TestFolder.PARTITION, test.config))
                .hasMessageContaining("is missing");
    }

    @Test
    void whoDeletesTheTopicOfAMissingFolderIsAskedNothingMore() throws IOException {
        // Given
        files.killed();
        files.rename(test.partitionPath(), Path.of("/away"));
        test.open();

        // When the topic is deleted and made again by its name
        test.folder.delete(TestFolder.PARTITION);
        TopicPartition again = new TopicPartition(new TopicId(7, 9), TestFolder.PARTITION.topic(), 3);
        PartitionLog log = test.folder.create(again, test.config);

        // Then it is a new one
        assertThat(log.endOffset()).isZero();
        assertThat(files.list(KEPT)).isEmpty();
    }

    @Test
    void whatADeletedTopicLeftInTheJournalIsNeitherReplayedNorKept() throws IOException {
        // Given a topic deleted while the journal has its records, and a crash before any checkpoint
        test.folder.delete(TestFolder.PARTITION);
        test.commit();
        files.killed();

        // When it starts
        test.open();

        // Then nothing of it is there, nothing waits for it, and its name may be used again, even with its id
        assertThat(test.folder.get(TestFolder.PARTITION)).isNull();
        assertThat(files.exists(KEPT) ? files.list(KEPT) : List.of()).isEmpty();
        assertThat(test.folder.create(TestFolder.PARTITION, test.config).endOffset())
                .isZero();
    }
}
