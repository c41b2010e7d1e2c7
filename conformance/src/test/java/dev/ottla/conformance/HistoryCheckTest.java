package dev.ottla.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.conformance.TransactionHistory.Outcome;
import dev.ottla.conformance.TransactionHistory.Seen;
import dev.ottla.conformance.TransactionHistory.Transaction;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Every kind of bad history is found, and a good one has nothing to find. */
class HistoryCheckTest {
    private static final List<Seen> A = List.of(new Seen(0, "1-0-0"), new Seen(4, "1-2-0"));
    private static final List<Seen> B = List.of(new Seen(0, "1-0-1"), new Seen(3, "1-2-1"));

    /** Committed, never asked to commit, unknown; the third took an offset along. */
    private static List<Transaction> transactions(Outcome third) {
        return List.of(
                new Transaction(1, 0, List.of(0, 1), true, Outcome.COMMITTED),
                new Transaction(1, 1, List.of(0, 1), true, Outcome.ABORTED),
                new Transaction(1, 2, List.of(0, 1), true, third));
    }

    private static List<String> problems(List<Seen> live, List<Seen> first, List<Seen> second, long offset) {
        return HistoryCheck.problems(new TransactionHistory(
                transactions(Outcome.UNKNOWN),
                Map.of(0, live),
                Map.of(0, first, 1, second),
                Map.of(),
                Map.of(1, offset)));
    }

    @Test
    void aGoodHistoryHasNoProblems() {
        assertThat(problems(A, A, B, 3)).isEmpty();
        // And without the one that is unknown
        assertThat(problems(A.subList(0, 1), A.subList(0, 1), B.subList(0, 1), 1))
                .isEmpty();
    }

    @Test
    void whatWasAcknowledgedAndIsGoneIsFound() {
        assertThat(problems(List.of(), A.subList(1, 2), B, 3))
                .singleElement()
                .asString()
                .startsWith("LOST 1");
    }

    @Test
    void whatWasNeverCommittedAndIsReadIsFound() {
        List<Seen> bad = List.of(A.get(0), new Seen(2, "1-1-0"), A.get(1));
        assertThat(problems(A.subList(0, 1), bad, B, 3))
                .singleElement()
                .asString()
                .startsWith("ABORTED READ");
    }

    @Test
    void halfATransactionIsFound() {
        assertThat(problems(A, A, B.subList(0, 1), 3))
                .singleElement()
                .asString()
                .startsWith("TORN 1");
    }

    @Test
    void aValueThatIsThereTwiceIsFound() {
        List<Seen> bad = List.of(A.get(0), new Seen(1, "1-0-0"), A.get(1));
        assertThat(problems(List.of(), bad, B, 3)).anyMatch(problem -> problem.startsWith("TWICE read_committed"));
        assertThat(HistoryCheck.problems(new TransactionHistory(
                        List.of(),
                        Map.of(),
                        Map.of(),
                        Map.of(0, List.of(new Seen(0, "1-9-0"), new Seen(1, "1-9-0"))),
                        Map.of())))
                .singleElement()
                .asString()
                .startsWith("TWICE read_uncommitted");
    }

    @Test
    void whatWasReadAndIsOtherwiseNowIsFound() {
        assertThat(problems(List.of(new Seen(0, "1-0-0"), new Seen(3, "1-2-0")), A, B, 3))
                .singleElement()
                .asString()
                .startsWith("CHANGED");
        assertThat(problems(A, A.subList(0, 1), B.subList(0, 1), 1))
                .singleElement()
                .asString()
                .startsWith("CHANGED");
    }

    @Test
    void anOrderThatIsNotTheProducersIsFound() {
        List<Seen> bad = List.of(new Seen(0, "1-2-0"), new Seen(4, "1-0-0"));
        assertThat(problems(List.of(), bad, B, 3)).singleElement().asString().startsWith("ORDER");
    }

    @Test
    void anOffsetWithoutItsValuesAndValuesWithoutTheirOffsetAreFound() {
        assertThat(problems(A, A, B, 2)).singleElement().asString().startsWith("OFFSET");
        assertThat(problems(A.subList(0, 1), A.subList(0, 1), B.subList(0, 1), 3))
                .singleElement()
                .asString()
                .startsWith("OFFSET");
    }

    @Test
    void valuesInAnotherPartitionOrOfNobodyAreFound() {
        assertThat(problems(List.of(), B, A, 3)).anyMatch(problem -> problem.startsWith("ASTRAY"));
        List<Seen> bad = List.of(A.get(0), A.get(1), new Seen(9, "7-0-0"));
        assertThat(problems(A, bad, B, 3)).singleElement().asString().startsWith("FOREIGN");
    }
}
