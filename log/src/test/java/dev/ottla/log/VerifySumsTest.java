package dev.ottla.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.base.OttlaException;
import dev.ottla.base.TopicId;
import dev.ottla.log.checkpoint.GuardedLogStarts;
import dev.ottla.log.checkpoint.LeaderEpochs;
import dev.ottla.log.checkpoint.OffsetCheckpoint;
import dev.ottla.log.checkpoint.PartitionMetadata;
import dev.ottla.log.inspect.Finding;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A verification reads Ottla's own checksums: whether they are whole, and whether the files are still what they are of. */
class VerifySumsTest {
    private static final Path DATA = Path.of("/data");
    private static final Path STARTS = DATA.resolve(GuardedLogStarts.FILE);

    private final SimulatedFiles files = new SimulatedFiles();
    private TestFolder test;
    private Path folder;

    @BeforeEach
    void aFolderClosedInOrder() throws IOException {
        test = InspectedFolder.filled(files, DATA, 200);
        test.open();
        // Within a segment, so that the file of log starts has something to say.
        assertThat(test.log().deleteRecords(1)).isEqualTo(1);
        test.folder.close(7);
        folder = test.partitionPath();
        assertThat(InspectedFolder.findings(files, DATA)).isEmpty();
    }

    private void flip(Path file, int position, int bits) {
        byte[] content = files.content(file).clone();
        content[position] ^= (byte) bits;
        files.put(file, content);
    }

    private Finding onlyDamage() throws IOException {
        List<Finding> found = InspectedFolder.damages(files, DATA);
        assertThat(found).hasSize(1);
        return found.getFirst();
    }

    static Stream<Path> bothFiles() {
        return Stream.of(STARTS, DATA.resolve("orders-3").resolve(PartitionSums.FILE));
    }

    @ParameterizedTest
    @MethodSource("bothFiles")
    void anyByteOfTheirsThatFlipsIsToldWithItsPosition(Path file) throws IOException {
        int size = files.content(file).length;
        for (int at = 0; at < size; at++) {
            // Given a file of checksums in which one byte is another
            int bits = 1 + at * 37 % 255;
            flip(file, at, bits);

            // When the folder is verified
            Finding found = onlyDamage();

            // Then it is told which, and what to do
            assertThat(found.file()).isEqualTo(file);
            assertThat(found.position())
                    .as("byte %d with bits %d flipped", at, bits)
                    .isEqualTo(at);
            assertThat(found.problem()).contains("does not have the checksum it was written with");
            assertThat(found.advice()).contains("anew");
            flip(file, at, bits);
        }
    }

    @ParameterizedTest
    @MethodSource("bothFiles")
    void aTornOneIsToldWithoutAPosition(Path file) throws IOException {
        byte[] whole = files.content(file);
        for (int length = 0; length < whole.length; length++) {
            // Given a file that ends too early
            files.put(file, Arrays.copyOf(whole, length));

            // When the folder is verified, then it is told
            assertThat(onlyDamage().file()).isEqualTo(file);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {SegmentNames.TIME_INDEX, SegmentNames.TRANSACTION_INDEX})
    void aByteOfAnIndexThatFlipsIsToldWithItsPosition(String suffix) throws IOException {
        for (Path file : files.list(folder)) {
            if (SegmentNames.offsetOf(file, suffix) == null) {
                continue;
            }
            int size = files.content(file).length;
            for (int at = 0; at < size; at++) {
                // Given an index of which a byte is another, whether or not the batches tell
                flip(file, at, 0x10);

                // When the folder is verified
                List<Finding> damages = InspectedFolder.damages(files, DATA);

                // Then its checksum tells which
                assertThat(damages).as("byte %d of %s", at, file).anySatisfy(found -> {
                    assertThat(found.problem()).contains("fails its checksum in ottla-sums");
                    assertThat(found.advice()).contains("a broker goes by the batches");
                });
                Finding found = damages.stream()
                        .filter(it -> it.problem().contains("ottla-sums"))
                        .findFirst()
                        .orElseThrow();
                assertThat(found.file()).isEqualTo(file);
                assertThat(found.position()).isEqualTo(at);
                flip(file, at, 0x10);
            }
        }
    }

    @Test
    void aSegmentThatIsLongerThanItWasSealedIsTold() throws IOException {
        // Given a segment with a byte more
        Path log = new SegmentNames(folder, 0).log();
        byte[] whole = files.content(log);
        byte[] longer = Arrays.copyOf(whole, whole.length + 1);
        files.put(log, longer);

        // When the folder is verified
        List<Finding> damages = InspectedFolder.damages(files, DATA);

        // Then it is told where it should have ended
        assertThat(damages).anySatisfy(found -> {
            assertThat(found.file()).isEqualTo(log);
            assertThat(found.position()).isEqualTo(whole.length);
            assertThat(found.problem()).contains("had " + whole.length + " bytes");
            assertThat(found.advice()).contains("ottla log repair orders-3", PartitionSums.FILE);
        });
    }

    @Test
    void anotherTopicIdAndOtherEpochsThanTheChecksumsHaveAreTold() throws IOException {
        // Given another topic id, and epochs that begin elsewhere
        Path metadata = folder.resolve(PartitionMetadata.FILE);
        byte[] itsOwn = files.content(metadata).clone();
        files.put(metadata, PartitionMetadata.encode(new TopicId(3, 4)));

        // When the folder is verified, then the one is told
        assertThat(onlyDamage().file()).isEqualTo(metadata);
        assertThat(onlyDamage().advice()).contains("the next start takes ottla-sums's");

        // And the other
        files.put(metadata, itsOwn);
        Path epochs = folder.resolve(LeaderEpochs.FILE);
        files.put(epochs, LeaderEpochs.EMPTY.encode());
        assertThat(onlyDamage().file()).isEqualTo(epochs);
    }

    @Test
    void aLogStartThatItsGuardedCopyContradictsIsTold() throws IOException {
        // Given another start in Kafka's file, which has no checksum
        Path plain = DATA.resolve(OffsetCheckpoint.LOG_STARTS);
        files.put(plain, "0\n1\norders 3 4\n".getBytes(StandardCharsets.UTF_8));

        // When the folder is verified, then it is told, and what the next start does
        assertThat(onlyDamage().file()).isEqualTo(plain);
        assertThat(onlyDamage().problem()).contains(GuardedLogStarts.FILE, "orders-3");
        test.open();
        assertThat(test.log().startOffset()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {OffsetCheckpoint.RECOVERY_POINTS, OffsetCheckpoint.HIGH_WATERMARKS})
    void aCheckpointThatIsNotWhatItWasWhenTheFolderWasClosedIsTold(String name) throws IOException {
        // Given one of them with a byte that makes it another offset
        Path file = DATA.resolve(name);
        int digit = new String(files.content(file), StandardCharsets.UTF_8).lastIndexOf('\n') - 1;
        flip(file, digit, 1);

        // When the folder is verified, then its checksum tells where
        assertThat(InspectedFolder.damages(files, DATA)).anySatisfy(found -> {
            assertThat(found.file()).isEqualTo(file);
            assertThat(found.position()).isEqualTo(digit);
            assertThat(found.problem()).contains("when the folder was closed");
        });
    }

    @Test
    void afterApacheKafkaHasUsedTheFolderNothingIsHeldAgainstIt() throws IOException {
        // Given the other checkpoints as Kafka writes them, and a time index that it made anew
        for (String name : List.of(OffsetCheckpoint.RECOVERY_POINTS, OffsetCheckpoint.HIGH_WATERMARKS)) {
            byte[] content = files.content(DATA.resolve(name)).clone();
            files.put(
                    DATA.resolve(name),
                    (new String(content, StandardCharsets.UTF_8) + "\n").getBytes(StandardCharsets.UTF_8));
        }
        Path times = new SegmentNames(folder, 0).file(SegmentNames.TIME_INDEX);
        byte[] entries = files.content(times);
        files.put(times, Arrays.copyOfRange(entries, 12, entries.length));

        // When the folder is verified
        List<Finding> found = InspectedFolder.findings(files, DATA);

        // Then it is noted that no checksum counts, and nothing is called damage
        assertThat(found).singleElement().satisfies(note -> {
            assertThat(note.severity()).isEqualTo(Finding.Severity.NOTE);
            assertThat(note.file()).isEqualTo(STARTS);
            assertThat(note.problem()).contains("written after it");
        });
    }

    @Test
    void whileABrokerWritesAndAfterACrashWhatItLeavesIsNoDamage() throws IOException {
        // Given a broker that goes on
        test.open();
        for (int i = 0; i < 150; i++) {
            test.append(TestFolder.batch(test.nowMs, "more-" + i));
            if (i % 40 == 20) {
                test.runAll();
            }
            // When the folder is verified meanwhile, then nothing is found
            if (i % 25 == 3) {
                assertThat(InspectedFolder.damages(files, DATA)).isEmpty();
            }
        }
        // Nor after a crash in the middle of a flush that has written new epochs, but not their checksums yet
        assertThat(test.tryAppend(TestFolder.batch(test.nowMs, "next"), 9).succeeded())
                .isTrue();
        files.step = (what, path) -> {
            if (path.endsWith(PartitionSums.FILE + ".tmp")) {
                throw new IOException("The power is gone");
            }
        };
        assertThatThrownBy(test.log()::roll).isInstanceOf(OttlaException.class);
        files.step = (what, path) -> {};
        files.killed();
        assertThat(InspectedFolder.damages(files, DATA)).isEmpty();
    }
}
