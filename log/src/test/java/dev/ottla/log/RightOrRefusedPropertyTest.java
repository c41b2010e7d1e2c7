package dev.ottla.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.base.RandomSource;
import dev.ottla.base.TopicPartition;
import dev.ottla.log.journal.DamagedJournalException;
import dev.ottla.record.BatchHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * One file of a data folder is damaged: a bit flips, its end is missing, a sector is zeros. Then each answer of each log is the right one, or a
 * refusal that tells where the damage is and what to do; never a wrong one, and never the refusal of a log that nothing happened to.
 */
class RightOrRefusedPropertyTest {
    private static final int RUNS = Integer.getInteger("ottla.damage.runs", 500);
    private static final long FIRST_SEED = Long.getLong("ottla.damage.seed", 1);
    private static final int WORLDS = 2;
    private static final int LENGTH = Integer.getInteger("ottla.damage.length", 160);
    private static final int SECTOR_BYTES = 512;
    private static final int GROUP_BLOCK_BYTES = 4096;

    /** How a folder was left, and what an undamaged start of it answers. */
    private record Left(String how, DamagedWorld world, Map<TopicPartition, Map<String, Object>> right) {}

    private final Map<String, Integer> outcomes = new TreeMap<>();

    private static List<Left> left(long seed) throws IOException {
        List<Left> left = new ArrayList<>();
        left.add(left("stopped in order, journal", DamagedWorld.stoppedInOrder(seed, true)));
        left.add(left("stopped in order, no journal", DamagedWorld.stoppedInOrder(seed, false)));
        left.add(left("killed, journal", DamagedWorld.killed(seed)));
        return left;
    }

    private static Left left(String how, DamagedWorld world) throws IOException {
        TestFolder test = world.start(world.files().copy());
        Map<TopicPartition, Map<String, Object>> right = new TreeMap<>(RightOrRefusedPropertyTest::byName);
        for (TopicPartition id : DamagedWorld.ALL) {
            right.put(id, answers(test, id, world));
        }
        return new Left(how, world, right);
    }

    private static int byName(TopicPartition one, TopicPartition other) {
        return one.folderName().compareTo(other.folderName());
    }

    private static Map<String, Object> answers(TestFolder test, TopicPartition id, DamagedWorld world)
            throws IOException {
        return Answers.of(test.folder.get(id), 1_700_000_000_000L, world.stoppedAtMs());
    }

    @Test
    void anAnswerIsRightOrRefusedNeverWrong() throws IOException {
        List<List<Left>> worlds = new ArrayList<>();
        for (long seed = 1; seed <= WORLDS; seed++) {
            worlds.add(left(seed));
        }
        List<String> wrong = new ArrayList<>();
        for (long seed = FIRST_SEED; seed < FIRST_SEED + RUNS; seed++) {
            RandomSource random = RandomSource.seeded(seed);
            for (int warmUp = 0; warmUp < 4; warmUp++) {
                random.nextLong();
            }
            List<Left> world = worlds.get(below(random, WORLDS));
            Left left = world.get(below(random, world.size()));
            Damage damage = damage(random, left);
            try {
                check(left, damage);
            } catch (AssertionError | RuntimeException | IOException failure) {
                String what = "seed " + seed + ", " + left.how() + ", " + damage.what() + ": " + shortly(failure);
                wrong.add(what);
            }
        }
        assertThat(wrong).as("%s", outcomes).isEmpty();
    }

    private static String shortly(Throwable failure) {
        String text = String.valueOf(failure).replace('\n', ' ');
        return text.substring(0, Math.min(LENGTH, text.length()));
    }

    private static int below(RandomSource random, int bound) {
        return (int) Math.floorMod(random.nextLong() >>> 16, (long) bound);
    }

    private record Damage(SimulatedFiles files, Path file, String what) {
        boolean isOf(TopicPartition id) {
            return file.startsWith(DamagedWorld.DATA.resolve(id.folderName()));
        }

        boolean mayTouch(TopicPartition id) {
            return isOf(id) || DamagedWorld.DATA.equals(file.getParent());
        }

        boolean isOfJournal() {
            return file.startsWith(DamagedWorld.DATA.resolve("ottla-journal"));
        }
    }

    private static Damage damage(RandomSource random, Left left) throws IOException {
        SimulatedFiles files = left.world().files().copy();
        Map<String, List<Path>> kinds = new TreeMap<>();
        for (Path folder : files.list(DamagedWorld.DATA)) {
            List<Path> inside = files.isFolder(folder) ? files.list(folder) : List.of(folder);
            for (Path file : inside) {
                if (files.size(file) > 0 && !files.isFolder(file)) {
                    kinds.computeIfAbsent(kindOf(file), any -> new ArrayList<>())
                            .add(file);
                }
            }
        }
        List<String> names = List.copyOf(kinds.keySet());
        List<Path> of = kinds.get(names.get(below(random, names.size())));
        Path file = of.get(below(random, of.size()));
        byte[] whole = files.content(file);
        byte[] damaged = whole.clone();
        int at = below(random, lengthOfDamage(file, whole));
        String what;
        switch (below(random, 8)) {
            case 0 -> {
                damaged = Arrays.copyOf(whole, at);
                what = "cut to " + at + " bytes";
            }
            case 1 -> {
                int from = at / SECTOR_BYTES * SECTOR_BYTES;
                Arrays.fill(damaged, from, Math.min(whole.length, from + SECTOR_BYTES), (byte) 0);
                what = "zeros at " + from;
            }
            default -> {
                int bit = below(random, 8);
                at = isOffsetBesideAGap(file, whole, at) ? at + Long.BYTES : at;
                damaged[at] ^= (byte) (1 << bit);
                what = "bit " + bit + " of byte " + at + " flipped";
            }
        }
        files.put(file, damaged);
        return new Damage(files, file, file + " (" + whole.length + " bytes) " + what);
    }

    /** All of a file but the last group of a journal. */
    private static int lengthOfDamage(Path file, byte[] content) {
        if (!kindOf(file).equals(".journal")) {
            return content.length;
        }
        int end = content.length;
        while (end > 1 && content[end - 1] == 0) {
            end--;
        }
        return (end - 1) / GROUP_BLOCK_BYTES * GROUP_BLOCK_BYTES;
    }

    /**
     * Nothing covers the offset of a batch but its neighbours', and where compaction has taken these away there is room for another one that is as good.
     */
    private static boolean isOffsetBesideAGap(Path file, byte[] content, int at) {
        if (!kindOf(file).equals(".log") || !String.valueOf(file.getParent()).endsWith("table-0")) {
            return false;
        }
        int batch = 0;
        ByteBuffer batches = ByteBuffer.wrap(content);
        while (batch + BatchHeader.sizeBytes(batches, batch) <= at) {
            batch += BatchHeader.sizeBytes(batches, batch);
        }
        return at - batch < Long.BYTES;
    }

    private static String kindOf(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.matches("\\d{20}\\..*") ? name.substring(20) : name.replaceAll("\\d+", "N");
    }

    private void check(Left left, Damage damage) throws IOException {
        TestFolder test;
        try {
            test = left.world().start(damage.files());
        } catch (DamagedJournalException told) {
            assertThat(damage.isOfJournal()).as("%s", told).isTrue();
            assertThat(told).hasMessageContaining("ottla-journal").hasMessageContaining("position");
            count(damage, "folder refused");
            return;
        }
        boolean refused = false;
        for (TopicPartition id : DamagedWorld.ALL) {
            PartitionLog log = test.folder.get(id);
            if (log == null) {
                assertThat(damage.isOf(id)).isTrue();
                assertThat(creating(test, id)).isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR);
                refused = true;
                continue;
            }
            boolean refusing = isRightOrRefused(
                    id, Answers.of(log, 1_700_000_000_000L, left.world().stoppedAtMs()), left);
            assertThat(test.folder.failure()).isNull();
            String reason = log.offlineReason();
            if (reason != null) {
                assertThat(damage.mayTouch(id)).as("%s offline: %s", id, reason).isTrue();
                assertThat(reason).contains(id.folderName()).containsAnyOf("ottla log repair", "Restore");
            }
            refused |= refusing;
        }
        count(damage, refused ? "refused" : "right");
    }

    private static ErrorCode creating(TestFolder test, TopicPartition id) {
        try {
            test.folder.create(id, test.config);
            return ErrorCode.NONE;
        } catch (OttlaException refusal) {
            return refusal.code();
        }
    }

    private boolean isRightOrRefused(TopicPartition id, Map<String, Object> found, Left left) {
        Map<String, Object> right = left.right().get(id);
        boolean refused = false;
        for (Map.Entry<String, Object> answer : found.entrySet()) {
            if (answer.getValue().equals(Answers.REFUSED)) {
                refused = true;
            } else if (!refused) {
                assertThat(answer.getValue()).as("%s: %s", id, answer.getKey()).isEqualTo(right.get(answer.getKey()));
            }
        }
        return refused;
    }

    private void count(Damage damage, String outcome) {
        outcomes.merge(kindOf(damage.file()) + " " + outcome, 1, Integer::sum);
    }
}
