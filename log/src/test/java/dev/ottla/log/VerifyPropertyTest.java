package dev.ottla.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.base.RandomSource;
import dev.ottla.log.checkpoint.LeaderEpochs;
import dev.ottla.log.checkpoint.OffsetCheckpoint;
import dev.ottla.log.inspect.FileKind;
import dev.ottla.log.inspect.Finding;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Bits flip in every kind of file: a verification says so, or the bit did not matter. */
class VerifyPropertyTest {
    private static final Path DATA = Path.of("/data");
    private static final int FLIPS = Integer.getInteger("ottla.verify.flips", 40);

    private final SimulatedFiles files = new SimulatedFiles();
    private final long seed = Long.getLong("ottla.verify.seed", 1);
    private final RandomSource random = RandomSource.seeded(seed);

    private int below(int bound) {
        return Math.floorMod(random.nextLong(), bound);
    }

    private List<Path> fill() throws IOException {
        TestFolder test = InspectedFolder.filled(files, DATA, 200);
        assertThat(InspectedFolder.findings(files, DATA)).isEmpty();
        List<Path> all = new ArrayList<>(files.list(test.partitionPath()));
        all.addAll(files.list(DATA));
        return all.stream().filter(this::isFile).toList();
    }

    private boolean isFile(Path path) {
        return !files.isFolder(path) && FileKind.of(path) != FileKind.OTHER;
    }

    @Test
    void aFlippedBitIsFoundOrDoesNotMatter() throws IOException {
        for (Path file : fill()) {
            byte[] whole = files.content(file).clone();
            for (int i = 0; i < Math.min(FLIPS, 8 * whole.length); i++) {
                // Given one flipped bit
                byte[] flipped = whole.clone();
                int bit = below(8 * whole.length);
                flipped[bit / 8] ^= (byte) (1 << bit % 8);
                files.put(file, flipped);

                // When the folder is verified
                List<Finding> damages = InspectedFolder.damages(files, DATA);

                // Then it is said, or nothing depends on it
                String what = "seed %d, bit %d of byte %d of %s: %s -> %s"
                        .formatted(seed, bit % 8, bit / 8, file, whole[bit / 8], flipped[bit / 8]);
                if (damages.isEmpty()) {
                    assertThat(doesNotMatter(file, whole, flipped)).as(what).isTrue();
                }
            }
            files.put(file, whole);
        }
        assertThat(InspectedFolder.findings(files, DATA)).isEmpty();
    }

    private static boolean doesNotMatter(Path file, byte[] whole, byte[] flipped) throws IOException {
        return switch (FileKind.of(file)) {
            // What follows the numbers is blank in more than one way
            case EPOCHS ->
                LeaderEpochs.decode(whole)
                        .toString()
                        .equals(LeaderEpochs.decode(flipped).toString());
            case OFFSET_CHECKPOINT -> isWithinReason(file, text(whole), text(flipped));
            // A topic of one partition: only the metadata log knows its id
            case PARTITION_METADATA, CLEAN_SHUTDOWN -> true;
            // Another offset of the same batch finds the same batch; they have three records at most
            case TIME_INDEX -> {
                int at = Arrays.mismatch(whole, flipped);
                yield at % 12 == 11 && (whole[at] ^ flipped[at]) <= 2;
            }
            case LOG, INDEX, TRANSACTION_INDEX, SNAPSHOT, SUMS, GUARDED_LOG_STARTS, SET_ASIDE, DELETED, OTHER -> false;
        };
    }

    /** What the folder's checksum of its checkpoints does not cover: how log starts are written, and up to where logs are compacted. */
    private static boolean isWithinReason(Path file, String whole, String flipped) throws IOException {
        boolean same = OffsetCheckpoint.decode(whole).equals(OffsetCheckpoint.decode(flipped));
        return switch (String.valueOf(file.getFileName())) {
            case OffsetCheckpoint.LOG_STARTS -> same;
            case OffsetCheckpoint.CLEANED -> true;
            default -> false;
        };
    }

    private static String text(byte[] content) {
        return new String(content, StandardCharsets.UTF_8);
    }

    @Test
    void whateverHappensToAFileIsToldInWords() throws IOException {
        List<Path> all = fill();
        for (int round = 0; round < FLIPS; round++) {
            // Given a file of which a part is garbage, gone, or twice there
            Path file = all.get(below(all.size()));
            byte[] whole = files.content(file).clone();
            byte[] damaged = garbled(whole);
            files.put(file, damaged);

            // When the folder is verified
            List<Finding> damages;
            try {
                damages = InspectedFolder.damages(files, DATA);
            } catch (IOException | RuntimeException unexpected) {
                throw new AssertionError("seed " + seed + ", " + file, unexpected);
            }

            // Then damage to a log is always found
            if (FileKind.of(file) == FileKind.LOG && !Arrays.equals(whole, damaged)) {
                assertThat(damages).as("seed %d, %s", seed, file).isNotEmpty();
            }
            files.put(file, whole);
        }
    }

    private byte[] garbled(byte[] whole) {
        if (whole.length == 0) {
            return new byte[below(300)];
        }
        int from = below(whole.length);
        int to = from + below(whole.length - from) + 1;
        byte[] result = whole.clone();
        switch (below(4)) {
            case 0 -> Arrays.fill(result, from, to, (byte) 0);
            case 1 -> {
                for (int i = from; i < to; i++) {
                    result[i] = (byte) random.nextLong();
                }
            }
            case 2 -> result = Arrays.copyOf(whole, from);
            default -> {
                result = Arrays.copyOf(whole, whole.length + to - from);
                System.arraycopy(whole, from, result, whole.length, to - from);
            }
        }
        return result;
    }
}
