package dev.ottla.conformance;

import static dev.ottla.conformance.HandWrittenHistory.A;
import static dev.ottla.conformance.HandWrittenHistory.ALL;
import static dev.ottla.conformance.HandWrittenHistory.B;
import static dev.ottla.conformance.HandWrittenHistory.COMMITTED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.conformance.TransactionAnomaly.Kind;
import org.junit.jupiter.api.Test;

/** Bad histories, one for each way in which transactions go wrong; and good ones that look bad. */
class TransactionHistoryCheckTest {
    /** A committed transaction over two partitions. */
    private static HandWrittenHistory committed() {
        return HandWrittenHistory.begin().send(1, A, 0, 1).send(1, B, 2).commit(1);
    }

    /** One that was never to be committed. */
    private static HandWrittenHistory aborted() {
        return HandWrittenHistory.begin().send(1, A, 0).send(1, B, 1).leave(1);
    }

    private static void finds(HandWrittenHistory history, Kind... kinds) {
        assertThat(history.check().anomalies())
                .extracting(TransactionAnomaly::kind)
                .containsOnly(kinds);
    }

    private static void findsNothing(HandWrittenHistory history) {
        assertThat(history.check().anomalies()).isEmpty();
    }

    @Test
    void whatIsCommittedIsThereAndWhatIsAbortedIsNot() {
        // Given all of a commit, and nothing of an abort; when they are checked, then all is well
        findsNothing(committed()
                .end(COMMITTED, A, 3)
                .end(ALL, A, 3)
                .read(COMMITTED, A, 0, "1/0")
                .read(COMMITTED, A, 1, "1/1")
                .position(COMMITTED, A, 3)
                .finds(A, "0:1/0", "1:1/1")
                .finds(B, "0:1/2"));
        findsNothing(aborted()
                .finds(ALL, A, "0:1/0")
                .finds(COMMITTED, A)
                .finds(ALL, B, "0:1/1")
                .finds(COMMITTED, B));
    }

    @Test
    void anAbortedValueIsNotRead() {
        finds(aborted().finds(A, "0:1/0").finds(B, "0:1/1"), Kind.ABORTED_READ);
        // Nor by a reader on the way, though it is not there in the end
        finds(
                aborted()
                        .read(COMMITTED, A, 0, "1/0")
                        .finds(ALL, A, "0:1/0")
                        .finds(COMMITTED, A)
                        .finds(COMMITTED, B),
                Kind.ABORTED_READ,
                Kind.READ_UNDONE);
        finds(HandWrittenHistory.begin().send(1, A, 0).refused(1).finds(A, "0:1/0"), Kind.ABORTED_READ);
    }

    @Test
    void nothingIsReadBeforeItsCommit() {
        finds(
                HandWrittenHistory.begin()
                        .send(1, A, 0)
                        .read(COMMITTED, A, 0, "1/0")
                        .commit(1)
                        .finds(A, "0:1/0"),
                Kind.EARLY_READ);
    }

    @Test
    void aCommitIsNotLost() {
        finds(committed().finds(A).finds(B), Kind.LOST_WRITE);
        finds(committed().finds(ALL, A, "0:1/0", "1:1/1").finds(COMMITTED, A).finds(B), Kind.LOST_WRITE);
    }

    @Test
    void aTransactionIsNotTorn() {
        finds(committed().finds(A, "0:1/0", "1:1/1").finds(B), Kind.TORN);
        // One in doubt is all there, or nothing of it
        HandWrittenHistory inDoubt =
                HandWrittenHistory.begin().send(1, A, 0).send(1, B, 1).ask(1).leave(1);
        finds(inDoubt.finds(A, "0:1/0").finds(B), Kind.TORN);
        findsNothing(HandWrittenHistory.begin()
                .send(1, A, 0)
                .send(1, B, 1)
                .ask(1)
                .finds(A, "0:1/0")
                .finds(B, "0:1/1"));
        findsNothing(
                HandWrittenHistory.begin().send(1, A, 0).send(1, B, 1).ask(1).finds(A));
    }

    @Test
    void nothingIsThereTwice() {
        finds(committed().finds(A, "0:1/0", "1:1/1", "2:1/1").finds(B, "0:1/2"), Kind.DUPLICATE);
    }

    @Test
    void aProducersOrderIsKept() {
        finds(committed().finds(A, "0:1/1", "1:1/0").finds(B, "0:1/2"), Kind.ORDER);
        // Also over its transactions
        finds(
                HandWrittenHistory.begin()
                        .send(1, A, 0)
                        .commit(1)
                        .begin(2)
                        .send(2, A, 0)
                        .commit(2)
                        .finds(A, "0:2/0", "2:1/0"),
                Kind.ORDER);
    }

    @Test
    void nothingIsThereThatNobodyWrote() {
        finds(committed().finds(A, "0:1/0", "1:1/1", "2:1/2").finds(B, "0:1/2"), Kind.FOREIGN);
        finds(committed().finds(A, "0:1/0", "1:1/1", "2:9/0").finds(B, "0:1/2"), Kind.FOREIGN);
    }

    @Test
    void whatWasReadStays() {
        finds(
                committed()
                        .read(COMMITTED, A, 5, "1/0")
                        .finds(A, "0:1/0", "1:1/1")
                        .finds(B, "0:1/2"),
                Kind.READ_UNDONE);
        finds(committed().read(ALL, A, 0, "1/1").finds(A, "0:1/0", "1:1/1").finds(B, "0:1/2"), Kind.READ_UNDONE);
        // What is committed has the place that it has for everybody
        finds(
                committed()
                        .finds(ALL, A, "0:1/0", "1:1/1")
                        .finds(COMMITTED, A, "0:1/0", "2:1/1")
                        .finds(B, "0:1/2"),
                Kind.READ_UNDONE);
    }

    @Test
    void aReaderPassesNothingOver() {
        // Given a reader that saw a transaction in one partition, and went past its value in another
        finds(
                committed()
                        .read(COMMITTED, A, 0, "1/0")
                        .read(COMMITTED, A, 1, "1/1")
                        .position(COMMITTED, B, 2)
                        .finds(A, "0:1/0", "1:1/1")
                        .finds(B, "0:1/2"),
                Kind.PASSED_OVER);
        // And one that goes back
        finds(
                committed()
                        .read(COMMITTED, A, 1, "1/1")
                        .read(COMMITTED, A, 0, "1/0")
                        .finds(A, "0:1/0", "1:1/1")
                        .finds(B, "0:1/2"),
                Kind.PASSED_OVER);
    }

    @Test
    void endsNeverGoBack() {
        for (var level : org.apache.kafka.common.IsolationLevel.values()) {
            finds(
                    HandWrittenHistory.begin()
                            .end(level, A, 5)
                            .end(level, A, 4)
                            .end(level, A, 5)
                            .end(level == ALL ? COMMITTED : ALL, A, 5),
                    Kind.END_WENT_BACK);
        }
    }

    @Test
    void whatIsStableEndsBeforeAnOpenTransaction() {
        // Given a last stable offset that was one too far while the transaction was open
        finds(
                HandWrittenHistory.begin()
                        .send(1, A, 0)
                        .end(COMMITTED, A, 1)
                        .commit(1)
                        .end(COMMITTED, A, 2)
                        .end(ALL, A, 2)
                        .finds(A, "0:1/0"),
                Kind.END_TOO_FAR);
        // And one that was just right
        findsNothing(HandWrittenHistory.begin()
                .send(1, A, 0)
                .end(COMMITTED, A, 0)
                .commit(1)
                .end(COMMITTED, A, 2)
                .end(ALL, A, 2)
                .finds(A, "0:1/0"));
    }

    @Test
    void nothingHangs() {
        finds(aborted().end(COMMITTED, A, 0).end(ALL, A, 1).finds(ALL, A, "0:1/0"), Kind.HANGING);
    }

    @Test
    void offsetsGoWithTheirOutput() {
        HandWrittenHistory without =
                HandWrittenHistory.begin().send(1, A, 0).sendOffset(1, 4).ask(1).leave(1);
        finds(without.offset(4).finds(A), Kind.OFFSET_WITHOUT_OUTPUT);
        finds(
                HandWrittenHistory.begin()
                        .send(1, A, 0)
                        .sendOffset(1, 4)
                        .ask(1)
                        .leave(1)
                        .offset(-1)
                        .finds(A, "0:1/0"),
                Kind.OUTPUT_WITHOUT_OFFSET);
        finds(HandWrittenHistory.begin().send(1, A, 0).offset(3), Kind.FOREIGN);
        findsNothing(HandWrittenHistory.begin()
                .send(1, A, 0)
                .sendOffset(1, 4)
                .offset(-1)
                .commit(1)
                .offset(4)
                .finds(A, "0:1/0"));
    }

    @Test
    void offsetsCountWhenTheirCommitDoes() {
        // Given an offset that is seen too soon, and one that is not seen in time
        finds(
                HandWrittenHistory.begin()
                        .send(1, A, 0)
                        .sendOffset(1, 4)
                        .offset(4)
                        .commit(1)
                        .finds(A, "0:1/0"),
                Kind.OFFSET_OUT_OF_TIME);
        finds(
                HandWrittenHistory.begin()
                        .send(1, A, 0)
                        .sendOffset(1, 4)
                        .commit(1)
                        .offset(-1)
                        .offset(4)
                        .finds(A, "0:1/0"),
                Kind.OFFSET_OUT_OF_TIME);
    }

    /** Two transactions of one client; the commit of the first is on its way until the second has written to A, and not yet to B. */
    private static HandWrittenHistory strayed(HandWrittenHistory begun, boolean commit) {
        long sent = begun.tick();
        return begun.leave(1)
                .begin(2)
                .send(2, A, 0)
                .endOnItsWay(sent, 1, commit)
                .send(2, B, 1);
    }

    @Test
    void anOldClientsLateEndMayEndItsNextTransactionWhereItStands() {
        // Given a late commit in a transaction that is then aborted: what was written before it is there
        HandWrittenHistory late = strayed(HandWrittenHistory.beginOld(), true)
                .leave(2)
                .finds(A, "0:2/0")
                .finds(B);
        findsNothing(late);
        assertThat(late.check().strays()).isOne();
        // And a late abort in one that is then committed: what was written before it is not
        findsNothing(
                strayed(HandWrittenHistory.beginOld(), false).commit(2).finds(A).finds(B, "0:2/1"));
    }

    @Test
    void aLateEndExplainsNothingElse() {
        // Given what was written after it, or the other way round
        finds(strayed(HandWrittenHistory.beginOld(), true).leave(2).finds(A).finds(B, "0:2/1"), Kind.ABORTED_READ);
        finds(strayed(HandWrittenHistory.beginOld(), true).commit(2).finds(A).finds(B, "0:2/1"), Kind.TORN);
        // Or a client of version 2
        finds(
                strayed(HandWrittenHistory.begin(), true)
                        .leave(2)
                        .finds(A, "0:2/0")
                        .finds(B),
                Kind.ABORTED_READ);
        // Or a client that took a new epoch in between
        HandWrittenHistory begun = HandWrittenHistory.beginOld();
        long sent = begun.tick();
        finds(
                begun.leave(1)
                        .begin(2, 8)
                        .send(2, A, 0)
                        .endOnItsWay(sent, 1, true)
                        .send(2, B, 1)
                        .leave(2)
                        .finds(A, "0:2/0")
                        .finds(B),
                Kind.ABORTED_READ);
        // Or an end that was answered before the transaction began
        HandWrittenHistory answered = HandWrittenHistory.beginOld();
        finds(
                answered.endOnItsWay(answered.tick(), 1, true)
                        .leave(1)
                        .begin(2)
                        .send(2, A, 0)
                        .send(2, B, 1)
                        .leave(2)
                        .finds(A, "0:2/0")
                        .finds(B),
                Kind.ABORTED_READ);
    }
}
