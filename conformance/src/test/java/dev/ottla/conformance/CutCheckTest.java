package dev.ottla.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.conformance.AckedHistory.Found;
import dev.ottla.conformance.CutProblem.Kind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The judge of the power cuts must see each kind of damage, and no other. */
class CutCheckTest {
    private static final int RECORDS = 6;

    private final CutTopic topic = new CutTopic("t", 1, Long.MAX_VALUE);
    private final List<Found> whole = new ArrayList<>();

    CutCheckTest() {
        for (int i = 0; i < RECORDS; i++) {
            whole.add(new Found(i, head(i)));
        }
        // Given that record 3 was acknowledged, and 4 was read before it was
        topic.told(0).ack(3, head(3));
        topic.told(0).read.put(4L, head(4));
    }

    private String head(long number) {
        return CutValue.head(topic, 0, "sender", number, 10);
    }

    private List<Kind> kinds(long start, List<Found> found) {
        return CutCheck.run(topic, 0, start, found).stream()
                .map(CutProblem::kind)
                .toList();
    }

    @Test
    void acceptsAllOfIt() {
        assertThat(kinds(0, whole)).isEmpty();
    }

    @Test
    void acceptsAnUnknownTailCutOff() {
        assertThat(kinds(0, whole.subList(0, 5))).isEmpty();
    }

    @Test
    void whatWasFoundCountsAsRead() {
        assertThat(kinds(0, whole)).isEmpty();
        assertThat(kinds(0, whole.subList(0, 5))).containsExactly(Kind.LOST_READ);
    }

    @Test
    void seesLosses() {
        assertThat(kinds(0, whole.subList(0, 4))).containsExactly(Kind.LOST_READ);
        assertThat(kinds(0, whole.subList(0, 3))).containsExactly(Kind.LOST_ACKED, Kind.LOST_READ);
        assertThat(kinds(0, List.of())).containsExactly(Kind.LOST_ACKED, Kind.LOST_READ);
    }

    @Test
    void seesAnotherRecordInItsPlace() {
        whole.set(3, new Found(3, head(99)));
        assertThat(kinds(0, whole)).containsExactly(Kind.CHANGED_ACKED);
        whole.set(3, new Found(3, head(3)));
        whole.set(4, new Found(4, head(99)));
        assertThat(kinds(0, whole)).containsExactly(Kind.CHANGED_READ);
    }

    @Test
    void seesHolesAndRepeats() {
        whole.remove(1);
        assertThat(kinds(0, whole)).contains(Kind.GAP);
        whole.add(1, new Found(1, head(0)));
        assertThat(kinds(0, whole)).containsExactly(Kind.TWICE);
    }

    @Test
    void seesTheRecordsOfAnEarlierTopic() {
        CutTopic earlier = new CutTopic("t", 1, Long.MAX_VALUE);
        whole.set(0, new Found(0, CutValue.head(earlier, 0, "sender", 0, 10)));
        assertThat(kinds(0, whole)).containsExactly(Kind.FOREIGN);
    }

    @Test
    void seesDeletedRecordsComeBackAndOthersGo() {
        // Given an acknowledged DeleteRecords before 2, and one before 4 that was not answered
        CutTopic.Told.raise(topic.told(0).start, 2);
        CutTopic.Told.raise(topic.told(0).startAsked, 4);
        // Then it starts in between, no earlier and no later
        assertThat(kinds(1, whole.subList(1, 6))).containsExactly(Kind.LOG_START);
        assertThat(kinds(5, whole.subList(5, 6))).containsExactly(Kind.LOG_START);
        assertThat(kinds(3, whole.subList(3, 6))).isEmpty();
        // And what was settled does not go back
        assertThat(kinds(2, whole.subList(2, 6))).containsExactly(Kind.LOG_START);
    }

    @Test
    void retentionMayGoSoFar() {
        CutTopic kept = new CutTopic("kept", 1, 60);
        List<Found> found = new ArrayList<>();
        for (int i = 0; i < RECORDS; i++) {
            found.add(new Found(i, CutValue.head(kept, 0, "sender", i, 10)));
        }
        int sizeBytes = CutValue.sizeBytes(found.getFirst().value());
        assertThat(sizeBytes * 2).as("two records").isLessThan(60);
        assertThat(sizeBytes * 3).as("three records").isGreaterThan(60);
        assertThat(CutCheck.run(kept, 0, 3, found.subList(3, 6))).isEmpty();
        assertThat(CutCheck.run(kept, 0, 4, found.subList(4, 6)))
                .extracting(CutProblem::kind)
                .contains(Kind.LOG_START);
    }

    @Test
    void aValueThatIsNotWholeIsNoValue() {
        String value = CutValue.of(head(0));
        assertThat(CutValue.headOf(value)).isEqualTo(head(0));
        assertThat(CutValue.headOf(value.substring(0, value.length() - 1))).isNotEqualTo(head(0));
    }
}
