package dev.ottla.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.base.TopicId;
import dev.ottla.base.TopicPartition;
import dev.ottla.log.inspect.DataFolder;
import dev.ottla.log.journal.JournalSettings;
import dev.ottla.log.repair.JournalRepairPlan;
import dev.ottla.log.repair.JournalRepairer;
import dev.ottla.log.repair.JournalShare;
import dev.ottla.log.repair.MayReturn;
import dev.ottla.log.repair.OffsetRange;
import dev.ottla.record.BatchHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a repair keeps of a journal behind its damage, case by case; {@link JournalRepairPropertyTest} tries the rest. */
class JournalRepairTest {
    private static final Path DATA = Path.of("/data");
    private static final TopicPartition MINE = new TopicPartition(new TopicId(3, 1), "mine", 0);
    private static final TopicPartition OTHER = new TopicPartition(new TopicId(3, 2), "other", 0);
    private static final int LEADER_EPOCH_AT = 12;
    private static final String ROTTEN = "this group rots";

    private final SimulatedFiles files = new SimulatedFiles();
    private final TestFolder test;

    JournalRepairTest() throws IOException {
        test = new TestFolder(files, DATA, TestFolder.small(1 << 16), 128 << 10);
        test.folder.create(MINE, test.config);
        test.folder.create(OTHER, test.config);
    }

    /** As one group of the journal, with what is staged. */
    private ByteBuffer append(TopicPartition partition, int epoch, String value) throws IOException {
        ByteBuffer batch = stage(partition, epoch, value);
        test.commit();
        return batch;
    }

    private ByteBuffer stage(TopicPartition partition, int epoch, String value) {
        ByteBuffer batch = TestFolder.batch(test.nowMs, value);
        AppendResult result =
                test.folder.get(partition).append(batch, BatchHeader.maxTimestampMs(batch, 0), 0, epoch, test.nowMs);
        assertThat(result.succeeded()).isTrue();
        return batch;
    }

    private JournalShare repairAfterRot() throws IOException {
        return planAfterRot().partitions().stream()
                .filter(share -> share.name().equals(MINE.folderName()))
                .findFirst()
                .orElseThrow();
    }

    /** What was planned, after it was done. */
    private JournalRepairPlan planAfterRot() throws IOException {
        byte[] rotten = ROTTEN.getBytes(StandardCharsets.UTF_8);
        for (Path file : files.list(DATA.resolve(JournalSettings.FOLDER))) {
            byte[] content = files.content(file).clone();
            for (int at = 0; at + rotten.length <= content.length; at++) {
                if (Arrays.equals(content, at, at + rotten.length, rotten, 0, rotten.length)) {
                    content[at] ^= 1;
                    files.put(file, content);
                }
            }
        }
        JournalRepairer repairer = new JournalRepairer(files, DataFolder.open(files, DATA));
        JournalRepairPlan plan = repairer.plan();
        assertThat(plan.gaps()).hasSize(1);
        repairer.run();
        test.open();
        return plan;
    }

    private List<ByteBuffer> mine() throws IOException {
        return TestFolder.readAll(test.folder.get(MINE), 0, 10_000);
    }

    @Test
    void whatContinuesInTheSameLeaderEpochIsKept() throws IOException {
        // Given a gap that took nothing of this partition, and segments that have nothing
        ByteBuffer before = append(MINE, 1, "before");
        append(OTHER, 1, ROTTEN);
        ByteBuffer after = append(MINE, 1, "after");
        files.powerCutLosingAll();
        // Then the one leader wrote what is on both sides of it
        assertThat(repairAfterRot().lost()).isNull();
        assertThat(mine()).containsExactly(before, after);
    }

    @Test
    void whatContinuesInAnotherLeaderEpochIsNamedAsLost() throws IOException {
        // Given the same under another leader: the gap may have taken a truncation, and other records up to the same
        // offset
        ByteBuffer before = append(MINE, 1, "before");
        append(OTHER, 1, ROTTEN);
        append(MINE, 2, "after");
        files.powerCutLosingAll();
        // Then nobody knows that the two belong together
        assertThat(repairAfterRot().lost()).isEqualTo(new OffsetRange(1, 1));
        assertThat(mine()).containsExactly(before);
    }

    @Test
    void whatTheJournalSaysLaterCountsMoreThanTheSegments() throws IOException {
        // Given segments that have another record where an entry behind the gap has its own
        ByteBuffer before = append(MINE, 1, "before");
        append(OTHER, 1, ROTTEN);
        ByteBuffer after = append(MINE, 1, "after");
        files.killed();
        putSegment(before, foreign(1));
        // Then the journal's is kept
        assertThat(repairAfterRot().lost()).isNull();
        assertThat(mine()).containsExactly(before, after);
    }

    @Test
    void whatIsInTheSegmentsIsNotKeptWhenTheLogWasCutBehindTheGap() throws IOException {
        // Given a cut behind the gap, and segments that have what may have been taken away by another in the gap
        ByteBuffer before = append(MINE, 1, "before");
        stage(MINE, 1, "in the gap");
        stage(MINE, 1, "in the gap, and cut off");
        append(OTHER, 1, ROTTEN);
        test.folder.get(MINE).truncateTo(2);
        files.killed();
        putSegment(before, foreign(1));
        // Then the one that the cut left is named as lost
        assertThat(repairAfterRot().lost()).isEqualTo(new OffsetRange(1, 1));
        assertThat(mine()).containsExactly(before);
    }

    @Test
    void whatFollowsACutBehindTheGapIsNamedAsLost() throws IOException {
        // Given a cut behind the gap, and a record after it
        ByteBuffer before = append(MINE, 1, "before");
        stage(MINE, 1, "in the gap, and cut off");
        append(OTHER, 1, ROTTEN);
        test.folder.get(MINE).truncateTo(1);
        append(MINE, 1, "after");
        files.killed();
        // Then nobody knows whether it follows what was before the gap
        assertThat(repairAfterRot().lost()).isEqualTo(new OffsetRange(1, 1));
        assertThat(mine()).containsExactly(before);
    }

    @Test
    void whatAnEarlierLeaderLeftInTheSegmentsIsNotKept() throws IOException {
        // Given a journal in which a later leader wrote over what segments have of an earlier one
        ByteBuffer before = append(MINE, 2, "before");
        append(OTHER, 1, ROTTEN);
        append(OTHER, 1, "after");
        files.killed();
        putSegment(foreign(0), foreign(1));
        // Then it is not taken for what followed
        assertThat(repairAfterRot().lost()).isEqualTo(new OffsetRange(1, 1));
        assertThat(mine()).containsExactly(before);
    }

    @Test
    void recordsThatWereDeletedBehindTheGapStayDeleted() throws IOException {
        append(MINE, 1, "deleted");
        ByteBuffer kept = append(MINE, 1, "kept");
        append(OTHER, 1, ROTTEN);
        PartitionLog log = test.folder.get(MINE);
        log.advanceHighWatermark(2);
        log.deleteRecords(1);
        append(OTHER, 1, "after");
        files.powerCutLosingAll();
        JournalRepairPlan plan = planAfterRot();
        assertThat(plan.losing()).noneMatch(share -> share.topic().equals(MINE.topicId()));
        assertThat(plan.mayReturn()).noneMatch(each -> each.name().equals(MINE.folderName()));
        assertThat(test.folder.get(MINE).startOffset()).isEqualTo(1);
        assertThat(TestFolder.readAll(test.folder.get(MINE), 1, 10_000)).containsExactly(kept);
    }

    @Test
    void recordsThatWereDeletedInTheGapAreNamedAsBackAgain() throws IOException {
        // Given a log start that is known, and a later one in the group that rots
        append(MINE, 1, "deleted before the gap");
        append(MINE, 1, "deleted in it");
        append(MINE, 1, "kept");
        PartitionLog log = test.folder.get(MINE);
        log.advanceHighWatermark(3);
        log.deleteRecords(1);
        stage(OTHER, 1, ROTTEN);
        log.deleteRecords(2);
        append(OTHER, 1, "after");
        files.killed();
        // Then what the second took is there again, and the plan has said where that may be
        assertThat(planAfterRot().mayReturn()).contains(new MayReturn(MINE.folderName(), new OffsetRange(1, 2)));
        assertThat(test.folder.get(MINE).startOffset()).isEqualTo(1);
    }

    @Test
    void recordsThatMayHaveBeenDeletedAreNamedAlsoWhenNoEntryOfTheirPartitionIsLeft() throws IOException {
        // Given a partition whose entries rotted altogether, and one that was created behind them
        TopicPartition rotting = new TopicPartition(new TopicId(3, 3), "rotting", 0);
        TopicPartition later = new TopicPartition(new TopicId(3, 4), "later", 0);
        test.folder.checkpointJournal();
        test.folder.create(rotting, test.config);
        stage(rotting, 1, ROTTEN);
        stage(rotting, 1, "second");
        test.commit();
        test.folder.get(rotting).advanceHighWatermark(2);
        stage(OTHER, 1, ROTTEN);
        test.folder.get(rotting).deleteRecords(1);
        test.folder.create(later, test.config);
        append(later, 1, "first");
        files.killed();
        // Then the first is named, with what its segments have, and the second is not
        assertThat(planAfterRot().mayReturn())
                .contains(new MayReturn(rotting.folderName(), new OffsetRange(0, 1)))
                .noneMatch(each -> each.name().equals(later.folderName()));
    }

    @Test
    void whatWasForcedBehindTheGapHasItsLogStartInACheckpoint() throws IOException {
        // Given records deleted in the group that rots, and a checkpoint of their partition after that; another
        // partition needs the journal from the beginning
        append(MINE, 1, "deleted");
        append(MINE, 1, "kept");
        PartitionLog log = test.folder.get(MINE);
        log.advanceHighWatermark(2);
        stage(OTHER, 1, ROTTEN);
        log.deleteRecords(1);
        log.flush();
        LogState state = log.state();
        assertThat(state.environment.journal()).isNotNull();
        state.environment.journal().checkpointOnly(state.journal, Long.MAX_VALUE);
        append(MINE, 1, "after");
        files.killed();
        // Then they stay deleted, and nothing is said of it
        assertThat(planAfterRot().mayReturn()).noneMatch(each -> each.name().equals(MINE.folderName()));
        assertThat(test.folder.get(MINE).startOffset()).isEqualTo(1);
    }

    @Test
    void whatWasDeletedBeyondTheEndThatIsLeftIsDeletedAltogether() throws IOException {
        // Given a log start behind the gap, above records that are lost
        append(MINE, 1, "before");
        stage(OTHER, 1, ROTTEN);
        append(MINE, 1, "in the gap");
        append(MINE, 2, "of another leader");
        PartitionLog log = test.folder.get(MINE);
        log.advanceHighWatermark(3);
        log.deleteRecords(2);
        files.powerCutLosingAll();
        // Then the one before the gap does not come back
        assertThat(repairAfterRot().lost()).isEqualTo(new OffsetRange(1, 2));
        assertThat(test.folder.get(MINE).startOffset()).isEqualTo(1);
    }

    @Test
    void aTopicThatWasDeletedBehindTheGapIsNotKept() throws IOException {
        append(MINE, 1, "before");
        append(OTHER, 1, ROTTEN);
        test.folder.delete(MINE);
        test.commit();
        files.killed();
        assertThat(planAfterRot().partitions()).noneMatch(share -> share.topic().equals(MINE.topicId()));
        assertThat(test.folder.get(MINE)).isNull();
    }

    /** In the first leader's epoch. */
    private ByteBuffer foreign(long offset) {
        ByteBuffer foreign = TestFolder.batch(test.nowMs, "never");
        return foreign.putLong(0, offset).putInt(LEADER_EPOCH_AT, 1);
    }

    private void putSegment(ByteBuffer first, ByteBuffer second) {
        ByteBuffer content = ByteBuffer.allocate(first.limit() + second.limit());
        content.put(first.duplicate().clear()).put(second.duplicate().clear());
        files.put(new SegmentNames(DATA.resolve(MINE.folderName()), 0).log(), content.array());
    }
}
