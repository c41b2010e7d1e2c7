package dev.ottla.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.base.RandomSource;
import dev.ottla.base.TopicId;
import dev.ottla.base.TopicPartition;
import dev.ottla.log.inspect.DataFolder;
import dev.ottla.log.journal.DamagedJournalException;
import dev.ottla.log.journal.JournalSettings;
import dev.ottla.log.repair.JournalRepairPlan;
import dev.ottla.log.repair.JournalRepairer;
import dev.ottla.log.repair.JournalShare;
import dev.ottla.log.repair.MayReturn;
import dev.ottla.log.repair.OffsetRange;
import dev.ottla.record.BatchHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A journal that rots in any way loses, by a repair, exactly the offsets that were named, and no partition has another record than was appended. */
class JournalRepairPropertyTest {
    private static final Path DATA = Path.of("/data");
    private static final Path JOURNAL = DATA.resolve(JournalSettings.FOLDER);
    private static final long FIRST_SEED = Long.getLong("ottla.seed", 1);
    private static final int RUNS = Integer.getInteger("ottla.runs", 40);
    private static final int PARTITIONS = 4;
    /** Of each batch. */
    private static final int RECORDS = 2;

    private static final int JOURNAL_BYTES = 128 << 10;

    private SimulatedFiles files = new SimulatedFiles();
    private RandomSource random = RandomSource.seeded(1);
    private final Map<String, List<ByteBuffer>> appended = new HashMap<>();
    private final List<TopicPartition> partitions = new ArrayList<>();
    /** Those that have the name of a deleted topic. */
    private final Set<TopicPartition> again = new HashSet<>();

    /** Below are the records that were deleted, by topic. */
    private final Map<String, Integer> deleted = new HashMap<>();

    private int damaged;
    private int losing;
    private int saved;
    private int crashes;
    private int returned;
    /** Segments lost their ends too: what only they knew leaves no trace. */
    private boolean traceless;

    @Test
    void whatIsNotNamedAsLostIsThereAndWhatIsNamedIsNot() throws IOException {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + RUNS; seed++) {
            try {
                run(seed);
            } catch (AssertionError | RuntimeException | IOException failure) {
                throw new AssertionError("seed " + seed + ": " + failure, failure);
            }
        }
        assertThat(damaged).isGreaterThan(RUNS / 4);
        assertThat(losing).isPositive();
        assertThat(saved).isPositive();
        assertThat(crashes).isPositive();
        assertThat(returned).isPositive();
    }

    private int below(int bound) {
        return (int) Math.floorMod(random.nextLong(), (long) bound);
    }

    private void run(long seed) throws IOException {
        // Given partitions with records in segments and in the journal, after a crash, and a journal that rotted
        random = RandomSource.seeded(seed);
        files = new SimulatedFiles();
        files.worthwhileForces = (seed & 1) == 0 ? 0 : Integer.MAX_VALUE;
        appended.clear();
        partitions.clear();
        again.clear();
        traceless = false;
        TestFolder test = filled();
        boolean power = below(3) == 0;
        if (power) {
            files.powerCut(random);
        } else {
            files.killed();
        }
        rot();
        if (below(2) == 0) {
            rotSegments();
        }

        // When a start refuses, and the repair is asked for what it would do
        try {
            test.open();
            test.folder.close(-1);
            return;
        } catch (DamagedJournalException refused) {
            assertThat(refused.getMessage()).contains("./ottla log repair ottla-journal");
        }
        damaged++;
        Map<Path, byte[]> before = journalContent();
        JournalRepairPlan plan = new JournalRepairer(files, DataFolder.open(files, DATA)).plan();
        assertThat(plan.isNeeded()).isTrue();
        assertThat(journalContent()).usingRecursiveComparison().isEqualTo(before);

        // And it is repaired, with crashes on the way
        repair(power);
        test.open();

        // Then every log is what was appended, up to what was named
        for (TopicPartition partition : partitions) {
            List<ByteBuffer> batches = appended.get(partition.topic());
            JournalShare share = plan.partitions().stream()
                    .filter(each -> each.name().equals(partition.folderName()))
                    .findFirst()
                    .orElse(null);
            PartitionLog log = test.folder.get(partition);
            if (log == null) {
                throw new AssertionError(partition + " is gone; " + plan);
            }
            assertThat(log.offlineReason()).isNull();
            int start = (int) log.startOffset();
            int end = (int) log.endOffset() / RECORDS;
            assertThat(start).as("start of %s", partition).isBetween(0, deleted.get(partition.topic()));
            if (start < Math.min(end * RECORDS, deleted.get(partition.topic()))) {
                // The word that records were deleted was in what is lost: the plan has said so.
                returned++;
                assertThat(plan.mayReturn())
                        .as("of %s, deleted below %d", partition, deleted.get(partition.topic()))
                        .contains(new MayReturn(partition.folderName(), new OffsetRange(start, log.endOffset() - 1)));
            }
            List<ByteBuffer> found = TestFolder.readAll(log, start, 10_000);
            assertThat(found).as("%s of %s", partition, plan).isEqualTo(batches.subList(start / RECORDS, end));
            if (share == null) {
                // The journal says nothing of it any more: its segments do.
                assertThat(power || traceless || end == batches.size())
                        .as("%s of %s", partition, plan)
                        .isTrue();
                continue;
            }
            assertThat(log.endOffset()).as("%s of %s", partition, plan).isEqualTo(share.endOffset());
            var lost = share.lost();
            if (lost != null) {
                losing++;
                assertThat(lost.first()).isEqualTo(log.endOffset());
            } else if (!power) {
                saved += share.fromSegments() > 0 ? 1 : 0;
                // Nobody has lost the end without a trace of it in a segment or in the journal.
                assertThat(traceless || end == batches.size())
                        .as("%s of %s", partition, plan)
                        .isTrue();
            }
            ByteBuffer next = TestFolder.batch(test.nowMs, "goes on");
            assertThat(log.append(next, test.nowMs, 0, 1000, test.nowMs).succeeded())
                    .isTrue();
        }
        test.commit();
        files.killed();
        test.open();
        assertThat(files.list(DATA.resolve("ottla-kept"))).isNotEmpty();
    }

    private TestFolder filled() throws IOException {
        TestFolder test = new TestFolder(files, DATA, TestFolder.small(700 + below(3000)), JOURNAL_BYTES);
        for (int i = 0; i < PARTITIONS; i++) {
            TopicPartition id = new TopicPartition(new TopicId(3, 100 + i), "topic-" + i, 0);
            partitions.add(id);
            create(test, id);
        }
        int epoch = 1;
        int batches = 20 + below(80);
        for (int i = 0; i < batches; i++) {
            int which = below(PARTITIONS);
            if (below(50) == 0) {
                test.folder.delete(partitions.get(which));
                TopicPartition next = new TopicPartition(new TopicId(3, 200 + i), "topic-" + which, 0);
                partitions.set(which, next);
                again.add(next);
                create(test, next);
            }
            TopicPartition id = partitions.get(which);
            PartitionLog log = test.folder.get(id);
            ByteBuffer batch = TestFolder.batch(test.nowMs, id.topic() + "-" + i, "x".repeat(below(200)));
            AppendResult result = log.append(batch, BatchHeader.maxTimestampMs(batch, 0), 0, epoch, test.nowMs);
            assertThat(result.succeeded()).isTrue();
            appended.get(id.topic()).add(batch);
            switch (below(12)) {
                case 0, 1, 2, 3, 4 -> test.commit();
                case 5 -> log.flush();
                case 6 -> test.folder.checkpoint();
                case 7 -> epoch += below(3) == 0 ? 1 : 0;
                case 8, 9, 10 -> deleteRecords(log);
                default -> {}
            }
            if (below(40) == 0) {
                test.folder.checkpointJournal();
            }
        }
        test.commit();
        test.runAll();
        return test;
    }

    private void create(TestFolder test, TopicPartition id) {
        appended.put(id.topic(), new ArrayList<>());
        deleted.put(id.topic(), 0);
        test.folder.create(id, test.config);
    }

    private void deleteRecords(PartitionLog log) {
        log.advanceHighWatermark(log.durableOffset());
        long target = log.startOffset() + below((int) (log.highWatermark() - log.startOffset()) + 1);
        if (below(3) > 0) {
            log.deleteRecords(target);
            deleted.put(log.topicPartition().topic(), (int) log.startOffset());
        }
    }

    private Map<Path, byte[]> journalContent() throws IOException {
        Map<Path, byte[]> content = new HashMap<>();
        for (Path file : files.list(JOURNAL)) {
            content.put(file, files.content(file).clone());
        }
        return content;
    }

    private void rot() throws IOException {
        List<Path> journals = files.list(JOURNAL).stream()
                .filter(file -> file.toString().endsWith(".journal"))
                .toList();
        Path file = journals.get(below(journals.size()));
        byte[] content = files.content(file).clone();
        int used = content.length;
        while (used > 0 && content[used - 1] == 0) {
            used--;
        }
        int from = below(16) == 0 ? below(64) : 4096 + below(Math.max(1, used - 4096));
        switch (below(3)) {
            case 0 -> content[from] ^= (byte) (1 << below(8));
            case 1 -> Arrays.fill(content, from, Math.min(content.length, from + 1 + below(20_000)), (byte) 0);
            default -> {
                for (int i = 0; i < 3; i++) {
                    content[Math.min(content.length - 1, from + below(9000))] ^= 0x11;
                }
            }
        }
        files.put(file, content);
    }

    /** The unforced ends of segments are torn, as the journal is there to mend. */
    private void rotSegments() throws IOException {
        traceless = true;
        for (TopicPartition id : partitions) {
            if (again.contains(id)) {
                // A checkpoint may still speak of the topic that had the name before.
                continue;
            }
            long forced = Math.max(
                    recoveryPoint(id),
                    DataFolder.open(files, DATA)
                            .checkpointMarks(id.folderName())
                            .recoveryPoint());
            Path folder = DATA.resolve(id.folderName());
            for (Path file : files.list(folder)) {
                Long base = SegmentNames.offsetOf(file, SegmentNames.LOG);
                byte[] content =
                        base == null ? new byte[0] : files.content(file).clone();
                int at = 0;
                while (content.length - at >= BatchHeader.SIZE_BYTES
                        && BatchHeader.lastOffset(ByteBuffer.wrap(content), at) < forced) {
                    at += BatchHeader.sizeBytes(ByteBuffer.wrap(content), at);
                }
                if (at < content.length && below(2) == 0) {
                    files.put(file, Arrays.copyOf(content, at + below(content.length - at)));
                }
            }
        }
    }

    /** What the journal says; a checkpoint may say more. */
    private long recoveryPoint(TopicPartition id) throws IOException {
        return dev.ottla.log.journal.JournalSalvage.open(files, DATA).recoveryPoints().stream()
                .filter(point -> point.topic().equals(id.topicId()))
                .mapToLong(dev.ottla.log.journal.RecoveryPoint::offset)
                .findFirst()
                .orElse(0);
    }

    private void repair(boolean power) throws IOException {
        for (int attempt = 0; ; attempt++) {
            int[] left = {attempt < 3 ? 1 + below(30) : Integer.MAX_VALUE};
            files.step = (change, path) -> {
                if (--left[0] == 0) {
                    throw new IOException("the machine stops");
                }
            };
            try {
                JournalRepairer repairer = new JournalRepairer(files, DataFolder.open(files, DATA));
                if (repairer.plan().isNeeded()) {
                    repairer.run();
                }
                return;
            } catch (IOException stopped) {
                crashes++;
                files.step = (change, path) -> {};
                if (power) {
                    files.powerCut(random);
                } else {
                    files.killed();
                }
            } finally {
                files.step = (change, path) -> {};
            }
        }
    }

    @Test
    void withoutRecoveryPointsNothingIsGuessed() throws IOException {
        random = RandomSource.seeded(7);
        filled();
        files.killed();
        Path points = JOURNAL.resolve("recovery-points");
        byte[] content = files.content(points).clone();
        content[9] ^= 1;
        files.put(points, content);

        assertThatThrownBy(() -> new JournalRepairer(files, DataFolder.open(files, DATA)).plan())
                .isInstanceOf(DamagedJournalException.class);
    }
}
