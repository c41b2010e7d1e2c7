package dev.ottla.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.base.Files;
import dev.ottla.base.OttlaException;
import dev.ottla.base.TopicId;
import dev.ottla.base.TopicPartition;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFolderTest {
    private final SimulatedFiles files = new SimulatedFiles();
    private final TestFolder test = open();

    private TestFolder open() {
        try {
            return new TestFolder(files, Path.of("/data"), TestFolder.small(1000));
        } catch (IOException impossible) {
            throw new AssertionError(impossible);
        }
    }

    @Test
    void aFolderHasOneHolder(@TempDir Path home) throws IOException {
        TestFolder first = new TestFolder(Files.system(), home, TestFolder.small(1000));
        assertThatThrownBy(() -> new TestFolder(Files.system(), home, TestFolder.small(1000)))
                .isInstanceOf(OttlaException.class)
                .hasMessageContaining("held by another process");
        first.folder.close(-1);
        new TestFolder(Files.system(), home, TestFolder.small(1000)).folder.close(-1);
    }

    @Test
    void theCleanMarkIsTakenBeforeLogsOpenAndLeftLast() throws IOException {
        Path mark = test.path.resolve(".kafka_cleanshutdown");
        test.append(TestFolder.batch(0, "a"));
        assertThat(files.exists(mark)).isFalse();
        test.folder.close(42);
        assertThat(new String(files.readAll(mark), StandardCharsets.UTF_8))
                .isEqualTo("{\"version\":0,\"brokerEpoch\":42}");
        test.open();
        assertThat(files.exists(mark)).isFalse();
        assertThat(test.folder.startedClean()).isTrue();
        assertThat(test.folder.previousBrokerEpoch()).isEqualTo(42);
        // And it does not come back, not even with a power cut
        files.powerCutLosingAll();
        test.open();
        assertThat(test.folder.startedClean()).isFalse();
        assertThat(test.folder.previousBrokerEpoch()).isEqualTo(-1);
    }

    @Test
    void aFileThatIsCalledLikeAPartitionIsNone(@TempDir Path home) throws IOException {
        // Given a new data folder with a file, and a link to nowhere, that are called like partitions
        Path file = java.nio.file.Files.writeString(home.resolve("orders-3"), "a file");
        Path link = java.nio.file.Files.createSymbolicLink(home.resolve("orders-4"), home.resolve("nowhere"));

        // When it is opened
        TestFolder opened = new TestFolder(Files.system(), home, TestFolder.small(1000));

        // Then it is as new, without partitions, and they are still there
        assertThat(opened.folder.startedClean()).isTrue();
        assertThat(opened.folder.logs()).isEmpty();
        assertThat(file).hasContent("a file");
        assertThat(link).isSymbolicLink();
        opened.folder.close(-1);
    }

    @Test
    void aTopicOfTheSameNameInheritsNothing() throws IOException {
        // Given a partition with records, log start, high watermark and recovery point on record
        for (int i = 0; i < 50; i++) {
            test.append(TestFolder.batch(test.nowMs, "value-" + i));
        }
        test.runAll();
        test.log().flush();
        test.log().deleteRecords(30);
        test.folder.checkpoint();

        // When the topic is deleted, another of its name is created, and the process is killed
        test.folder.delete(TestFolder.PARTITION);
        TopicPartition successor = new TopicPartition(new TopicId(1, 2), "orders", 3);
        test.folder.create(successor, test.config).append(TestFolder.batch(0, "new"), 0, 0, 0, 0);
        files.killed();
        test.open();

        // Then the new one has what it wrote, and the old one is gone
        PartitionLog log = test.folder.get(successor);
        assertThat(log).isNotNull();
        assertThat(log.offlineReason()).isNull();
        assertThat(log.startOffset()).isZero();
        assertThat(log.endOffset()).isEqualTo(1);
        assertThat(test.folder.get(TestFolder.PARTITION)).isNull();
        test.tick(0);
        assertThat(files.list(test.path).toString()).doesNotContain("-delete");
    }

    @Test
    void aFolderThatIsStillTakenIsNotGivenToAnotherTopic() {
        test.log();
        TopicPartition other = new TopicPartition(new TopicId(1, 2), "orders", 3);
        assertThatThrownBy(() -> test.folder.create(other, test.config)).isInstanceOf(OttlaException.class);
    }

    @Test
    void aHalfMadeFolderIsRemovedAndAnUnknownOneSetAside() throws IOException {
        test.log();
        files.createFolders(Path.of("/data/half-0"));
        files.open(Path.of("/data/half-0/00000000000000000000.log"), true).close();
        files.createFolders(Path.of("/data/unknown-0"));
        files.open(Path.of("/data/unknown-0/00000000000000000000.log"), true).close();
        files.put(Path.of("/data/unknown-0/00000000000000000000.log"), new byte[] {1});
        files.killed();
        test.open();
        assertThat(test.folder.logs()).hasSize(1);
        assertThat(files.exists(Path.of("/data/half-0"))).isFalse();
        assertThat(files.list(test.path).toString()).containsPattern("unknown-0\\.[0-9a-f]{32}-stray");
    }

    @Test
    void straysAreSetAsideWithTheirFiles() throws IOException {
        test.append(TestFolder.batch(0, "a"));
        test.folder.setAside(TestFolder.PARTITION);
        assertThat(test.folder.logs()).isEmpty();
        files.killed();
        test.open();
        assertThat(test.folder.logs()).isEmpty();
        assertThat(files.list(test.path).toString()).containsPattern("orders-3\\.[0-9a-f]{32}-stray");
    }

    @Test
    void idlePartitionsHoldNoFilesOpen() throws IOException {
        test.append(TestFolder.batch(test.nowMs, "a"));
        assertThat(files.openHandles()).isPositive();
        test.tick(60_000);
        test.tick(60_000);
        assertThat(files.openHandles()).isZero();
        assertThat(TestFolder.readAll(test.log(), 0, 100)).hasSize(1);
        assertThat(test.append(TestFolder.batch(test.nowMs, "b")).baseOffset()).isEqualTo(1);
    }

    @Test
    void whatWasOnlyOpenedHoldsNoFilesOpen() throws IOException {
        // Given a log of several segments
        test.log();
        assertThat(files.openHandles()).as("after its creation").isZero();
        for (int i = 0; i < 50; i++) {
            test.append(TestFolder.batch(0, "value-" + i));
        }
        // When it is opened again, after a clean stop or a kill, then no file stays open, and all is there
        test.restart();
        assertThat(files.openHandles()).as("after a clean stop").isZero();
        files.killed();
        test.open();
        assertThat(files.openHandles()).as("after a kill").isZero();
        assertThat(TestFolder.readAll(test.log(), 0, 100)).hasSize(50);
        assertThat(test.append(TestFolder.batch(test.nowMs, "b")).baseOffset()).isEqualTo(50);
    }

    @Test
    void flushMsForcesWhatIsOldEnough() {
        // Given flush.ms=500
        LogConfig c = test.config;
        test.config = new LogConfig(
                1000,
                c.segmentMs(),
                0,
                c.segmentIndexBytes(),
                200,
                -1,
                -1,
                0,
                Long.MAX_VALUE,
                500,
                true,
                false,
                false,
                CompactionConfig.defaults());
        // When records come one after the other
        test.append(TestFolder.batch(test.nowMs, "a"));
        test.tick(300);
        test.append(TestFolder.batch(test.nowMs, "b"));
        test.tick(199);
        assertThat(test.log().flushedOffset()).isZero();
        // Then the age of the oldest counts
        test.tick(1);
        assertThat(test.log().flushedOffset()).isEqualTo(2);
        // And afterwards that of the next
        test.append(TestFolder.batch(test.nowMs, "c"));
        test.tick(499);
        assertThat(test.log().flushedOffset()).isEqualTo(2);
        test.tick(1);
        assertThat(test.log().flushedOffset()).isEqualTo(3);
    }

    @Test
    void theDutiesRunWhenTheyAreDue() throws IOException {
        // Given records that retention may take
        for (int i = 0; i < 50; i++) {
            test.append(TestFolder.batch(0, "value-" + i));
        }
        test.runAll();

        // When five minutes pass, then they are gone, checkpoints are written, and the files go a minute later
        test.tick(300_000);
        assertThat(test.log().startOffset()).isPositive();
        assertThat(files.list(test.path).toString())
                .contains("recovery-point-offset-checkpoint", "replication-offset-checkpoint");
        assertThat(files.list(test.partitionPath()).toString()).contains(".deleted");
        test.tick(60_000);
        assertThat(files.list(test.partitionPath()).toString()).doesNotContain(".deleted");
    }

    @Test
    void producersThatStayAwayAreForgotten() {
        test.append(TestFolder.batchOf(5, 0, 0, test.nowMs, "a"));
        test.tick(86_400_000 - 1);
        assertThat(test.log().producers().active()).hasSize(1);
        test.tick(86_400_000);
        assertThat(test.log().producers().active()).isEmpty();
        // And may come back with any sequence
        assertThat(test.append(TestFolder.batchOf(5, 0, 77, test.nowMs, "b")).duplicate())
                .isFalse();
    }
}
