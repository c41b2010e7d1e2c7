package dev.ottla.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.conformance.AckedHistory.Found;
import dev.ottla.conformance.CutProblem.Kind;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The judge of compacted topics must see each kind of damage, and let a cleaner do its work. */
class CompactedCheckTest {
    private final CutTopic topic = new CutTopic("t", 1, Long.MAX_VALUE, true);
    private final CutTopic.Told told = topic.told(0);

    private Found value(long offset, String key, long number) {
        return new Found(offset, CutValue.textOf(key, CutValue.of(CutValue.head(topic, 0, "s", number, 3))));
    }

    private static Found tombstone(long offset, String key) {
        return new Found(offset, CutValue.textOf(key, null));
    }

    private void ack(Found record) {
        told.ack(record.offset(), record.value());
    }

    private void ackTombstone(long offset, String key, long number) {
        ack(tombstone(offset, key));
        told.tombstonesSent.put(key, number);
    }

    private List<Kind> kinds(Found... found) {
        return CutCheck.run(topic, 0, 0, Arrays.asList(found)).stream()
                .map(CutProblem::kind)
                .toList();
    }

    @Test
    void theNewestOfEachKeyIsEnough() {
        ack(value(0, "a", 1));
        ack(value(1, "b", 2));
        ack(value(2, "a", 3));
        assertThat(kinds(value(1, "b", 2), value(2, "a", 3))).isEmpty();
    }

    @Test
    void oneThatWasSentLaterIsEnoughToo() {
        ack(value(0, "a", 1));
        assertThat(kinds(value(4, "a", 2))).isEmpty();
    }

    @Test
    void seesAKeyThatIsGoneAndAnOlderValueInItsPlace() {
        ack(value(0, "a", 1));
        ack(value(2, "a", 3));
        assertThat(kinds()).containsExactly(Kind.LOST_ACKED);
        assertThat(kinds(value(0, "a", 1))).containsExactly(Kind.LOST_ACKED);
    }

    @Test
    void seesAnOlderValueBehindANewerOne() {
        ack(value(0, "a", 3));
        assertThat(kinds(value(0, "a", 3), value(1, "a", 2))).containsExactly(Kind.OLD_VALUE);
    }

    @Test
    void aTombstoneMayGoWithItsKeyButNothingComesBack() {
        ack(value(0, "a", 1));
        ackTombstone(1, "a", 2);
        assertThat(kinds(value(0, "a", 1))).containsExactly(Kind.OLD_VALUE);
        assertThat(kinds(value(0, "a", 1), tombstone(1, "a"))).isEmpty();
        assertThat(kinds(tombstone(1, "a"))).isEmpty();
        assertThat(kinds()).isEmpty();
    }

    @Test
    void aTombstoneInDoubtMayHaveTakenItsKey() {
        ack(value(0, "a", 1));
        told.tombstonesSent.put("a", 2L);
        assertThat(kinds()).isEmpty();
    }

    @Test
    void aTombstoneBeforeTheLastValueTakesNothing() {
        ackTombstone(0, "a", 1);
        ack(value(1, "a", 2));
        assertThat(kinds()).containsExactly(Kind.LOST_ACKED);
    }

    @Test
    void whatWasGoneStaysGone() {
        // Given a check that did not find offset 0 any more
        ack(value(0, "a", 1));
        ack(value(2, "a", 2));
        assertThat(kinds(value(2, "a", 2))).isEmpty();
        // When it is there again
        List<Kind> kinds = kinds(value(0, "a", 1), value(2, "a", 2));
        // Then that is seen
        assertThat(kinds).containsExactly(Kind.CAME_BACK);
    }

    @Test
    void seesAnotherRecordInItsPlace() {
        ack(value(0, "a", 1));
        assertThat(kinds(value(0, "a", 2))).containsExactly(Kind.CHANGED_ACKED);
        assertThat(kinds(value(0, "b", 1))).containsExactly(Kind.CHANGED_ACKED, Kind.LOST_ACKED);
    }

    @Test
    void seesRecordsOfAnEarlierTopic() {
        CutTopic earlier = new CutTopic("t", 1, Long.MAX_VALUE, true);
        Found foreign = new Found(0, CutValue.textOf("a", CutValue.of(CutValue.head(earlier, 0, "s", 1, 3))));
        assertThat(kinds(foreign)).containsExactly(Kind.FOREIGN);
        assertThat(kinds(new Found(0, "no key"))).containsExactly(Kind.FOREIGN);
    }
}
