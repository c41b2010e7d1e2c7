package dev.ottla.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.base.OttlaException;
import dev.ottla.base.RandomSource;
import dev.ottla.log.checkpoint.LeaderEpochs;
import dev.ottla.log.checkpoint.PartitionMetadata;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a partition's own checksums are for, and what happens without them. */
class PartitionSumsTest {
    private final SimulatedFiles files = new SimulatedFiles();
    private TestFolder test;
    private Path sums;
    private Path times;

    @BeforeEach
    void aLogOfTwoSegmentsClosedInOrder() throws IOException {
        test = new TestFolder(files, Path.of("/data"), TestFolder.small(100_000));
        for (int i = 0; i < 20; i++) {
            test.nowMs += 1000;
            test.append(TestFolder.batch(test.nowMs, "value-" + i + "x".repeat(100)));
        }
        test.log().roll();
        test.append(TestFolder.batch(test.nowMs, "last"));
        test.runAll();
        test.folder.close(-1);
        sums = test.partitionPath().resolve(SegmentNames.SUMS);
        times = test.partitionPath().resolve("00000000000000000000.timeindex");
    }

    private void lastTimeIsOlder() {
        lastTimeIsOlder(times);
    }

    private void lastTimeIsOlder(Path times) {
        byte[] content = files.content(times).clone();
        ByteBuffer.wrap(content).putLong(content.length - TimeIndex.ENTRY_BYTES, 1_000);
        files.put(times, content);
    }

    @Test
    void anIndexThatSaysOlderDeletesNothing() throws IOException {
        // Given the folder as Apache Kafka leaves it, and a time index that says that all records are from long ago
        files.deleteIfExists(sums);
        lastTimeIsOlder();
        test.open();

        // When retention looks for old segments
        int deleted = test.log().applyRetention(test.nowMs);

        // Then the batches prove it wrong
        assertThat(deleted).isZero();
        assertThat(test.log().startOffset()).isZero();
        assertThat(test.log().offsetOfMaxTimestamp()).isNotNull();
        // And what is old by their word, too, goes
        assertThat(test.log().applyRetention(test.nowMs + test.config.retentionMs() + 1))
                .isPositive();
    }

    @Test
    void whatIsAppendedWhileTheBatchesProveTheIndexWrongCounts() throws IOException {
        // Given the folder as Apache Kafka leaves it, and a time index of the active segment that is wrong
        files.deleteIfExists(sums);
        lastTimeIsOlder(test.partitionPath().resolve("00000000000000000020.timeindex"));
        test.open();
        Path active = test.partitionPath().resolve("00000000000000000020.log");

        // When a younger record comes while retention reads the segment's batches
        boolean[] come = {false};
        files.failRead = path -> {
            if (path.equals(active) && !come[0]) {
                come[0] = true;
                test.append(TestFolder.batch(test.nowMs + 1000, "younger"));
            }
            return false;
        };
        test.log().applyRetention(test.nowMs + test.config.retentionMs() + 1);

        // Then it stays, and is found by its time
        assertThat(come[0]).isTrue();
        assertThat(test.log().startOffset()).isEqualTo(20);
        TimestampOffset found = test.log().offsetForTime(test.nowMs + 500);
        assertThat(found).isNotNull();
        assertThat(found.offset()).isEqualTo(21);
    }

    @Test
    void nothingNeedsProvingOfWhatThisProcessAppended() throws IOException {
        // Given records of this process, all in the active segment
        test.open();
        test.log().truncateFullyAndStartAt(100);
        test.append(TestFolder.batch(test.nowMs, "new"));
        Path active = test.partitionPath().resolve("00000000000000000100.log");

        // When retention asks for their age
        files.failRead = active::equals;
        int deleted = test.log().applyRetention(test.nowMs + test.config.retentionMs() + 1);

        // Then it knows without a look at them
        assertThat(deleted).isEqualTo(1);
    }

    @Test
    void aLeaderEpochThatNoLeaderHasIsDamage() throws IOException {
        // Given a batch whose leader epoch, which no CRC covers, became negative
        Path log = test.partitionPath().resolve("00000000000000000000.log");
        byte[] content = files.content(log).clone();
        ByteBuffer.wrap(content).putInt(12, Integer.MIN_VALUE);
        files.put(log, content);
        test.open();

        // When it is read
        try (LogSlice slice = test.log().read(0, 5000, Long.MAX_VALUE, true)) {
            assertThatThrownBy(slice::warm).isInstanceOf(OttlaException.class);
        }

        // Then the partition is offline and says why
        assertThat(test.log().offlineReason()).contains("leader epoch -2147483648 where 0 was written", "position 0");
    }

    @Test
    void anIndexThatFailsItsChecksumIsMadeAnew() throws IOException {
        // Given a time index with another time in it
        byte[] right = files.content(times).clone();
        lastTimeIsOlder();
        test.open();

        // When times are looked up
        TimestampOffset found = test.log().offsetForTime(1_700_000_000_000L + 20_000);

        // Then they are those of the batches, and the file is right again after the next start
        assertThat(found).isNotNull();
        assertThat(found.offset()).isEqualTo(19);
        test.restart();
        assertThat(files.content(times)).isEqualTo(right);
    }

    @Test
    void aDamagedTopicIdIsWrittenAnew() throws IOException {
        // Given another topic id in the file that says whose folder it is
        Path metadata = test.partitionPath().resolve(PartitionMetadata.FILE);
        byte[] right = files.content(metadata).clone();
        byte[] wrong = right.clone();
        wrong[right.length - 5] ^= 1;
        files.put(metadata, wrong);

        // When the folder is opened
        test.open();

        // Then it is that of the topic that it always was
        assertThat(test.folder.get(TestFolder.PARTITION)).isNotNull();
        assertThat(files.content(metadata)).isEqualTo(right);
    }

    @Test
    void damagedLeaderEpochsAreWrittenAnew() throws IOException {
        // Given a leader-epoch-checkpoint that can be read, and says another epoch
        Path epochs = test.partitionPath().resolve(LeaderEpochs.FILE);
        byte[] right = files.content(epochs).clone();
        files.put(epochs, LeaderEpochs.EMPTY.assign(5, 0).encode());

        // When the log is opened, and closed
        test.open();
        int latest = test.log().latestEpoch();
        test.restart();

        // Then its epoch is the one that it was, and so says the file again
        assertThat(latest).isZero();
        assertThat(files.content(epochs)).isEqualTo(right);
    }

    @Test
    void aShorterSegmentIsDamage() throws IOException {
        // Given a sealed segment that ends with a whole batch, and earlier than it did
        Path log = test.partitionPath().resolve("00000000000000000000.log");
        byte[] whole = files.content(log);
        int batchBytes = ByteBuffer.wrap(whole).getInt(8) + 12;
        files.put(log, Arrays.copyOf(whole, batchBytes * 3));

        // When the folder is opened
        test.open();

        // Then the partition is offline, and says so
        assertThat(test.log().offlineReason()).contains(log.toString(), "ends at position", "ottla log repair");
    }

    @Test
    void sumsThatAreDamagedAreMadeAnew() throws IOException {
        // Given checksums with a flipped bit
        byte[] right = files.content(sums).clone();
        RandomSource random = RandomSource.seeded(4);
        byte[] wrong = right.clone();
        wrong[(int) Math.floorMod(random.nextLong(), (long) right.length)] ^= 16;
        files.put(sums, wrong);

        // When the folder is opened, written to, and closed
        test.open();
        assertThat(test.log().offlineReason()).isNull();
        assertThat(TestFolder.readAll(test.log(), 0, 5000)).hasSize(21);
        test.append(TestFolder.batch(test.nowMs, "more"));
        test.runAll();
        test.folder.close(-1);

        // Then they are whole again
        assertThat(PartitionSums.decode(files.content(sums)).segments()).isNotEmpty();
    }
}
