package dev.ottla.conformance;

import dev.ottla.conformance.TransactionHistory.Outcome;
import dev.ottla.conformance.TransactionHistory.Seen;
import dev.ottla.conformance.TransactionHistory.Transaction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What of a history cannot have happened when transactions keep their word. */
final class HistoryCheck {
    private final TransactionHistory history;
    private final List<String> problems = new ArrayList<>();

    private HistoryCheck(TransactionHistory history) {
        this.history = history;
    }

    /** Empty when all is as promised. */
    static List<String> problems(TransactionHistory history) {
        HistoryCheck check = new HistoryCheck(history);
        check.valuesAreReadOnce("read_committed", history.committed());
        check.valuesAreReadOnce("read_uncommitted", history.all());
        check.whatWasReadStays();
        check.transactionsAreWhole();
        check.eachProducersOrderIsKept();
        check.offsetsWentWithTheirValues();
        return check.problems;
    }

    private void valuesAreReadOnce(String level, Map<Integer, List<Seen>> partitions) {
        Set<String> values = new HashSet<>();
        partitions.forEach((partition, seen) -> seen.forEach(one -> {
            if (!values.add(one.value())) {
                problems.add("TWICE " + level + " " + one + " in partition " + partition);
            }
        }));
    }

    /** What the live reader saw is the beginning of what is there at the end. */
    private void whatWasReadStays() {
        history.live().forEach((partition, seen) -> {
            List<Seen> now = history.committed().get(partition);
            for (int i = 0; i < seen.size(); i++) {
                if (i >= now.size() || !seen.get(i).equals(now.get(i))) {
                    problems.add("CHANGED partition " + partition + ": read " + seen.get(i) + ", at the end it is "
                            + (i < now.size() ? now.get(i) : "nothing"));
                    return;
                }
            }
        });
    }

    private void transactionsAreWhole() {
        Map<String, Integer> committed = partitionsOfValues();
        Set<String> known = new HashSet<>();
        for (Transaction transaction : history.transactions()) {
            int there = 0;
            for (int i = 0; i < transaction.partitions().size(); i++) {
                known.add(transaction.value(i));
                Integer partition = committed.get(transaction.value(i));
                there += partition == null ? 0 : 1;
                if (partition != null
                        && !partition.equals(transaction.partitions().get(i))) {
                    problems.add("ASTRAY " + transaction.value(i) + " in partition " + partition);
                }
            }
            wholeOrNothing(transaction, there);
        }
        committed.keySet().stream()
                .filter(value -> !known.contains(value))
                .forEach(value -> problems.add("FOREIGN " + value));
    }

    private void wholeOrNothing(Transaction transaction, int there) {
        int values = transaction.partitions().size();
        switch (transaction.outcome()) {
            case COMMITTED -> {
                if (there < values) {
                    problems.add("LOST " + (values - there) + " of " + transaction);
                }
            }
            case ABORTED -> {
                if (there > 0) {
                    problems.add("ABORTED READ " + there + " of " + transaction);
                }
            }
            case UNKNOWN -> {
                if (there > 0 && there < values) {
                    problems.add("TORN " + there + " of " + transaction);
                }
            }
        }
    }

    private void eachProducersOrderIsKept() {
        history.committed().forEach((partition, seen) -> {
            Map<Integer, long[]> last = new HashMap<>();
            for (Seen one : seen) {
                String[] parts = one.value().split("-", -1);
                long[] here = {Long.parseLong(parts[1]), Long.parseLong(parts[2])};
                long[] before = last.put(Integer.valueOf(parts[0]), here);
                if (before != null && (before[0] > here[0] || (before[0] == here[0] && before[1] > here[1]))) {
                    problems.add(
                            "ORDER partition " + partition + ": " + one + " behind " + before[0] + "-" + before[1]);
                }
            }
        });
    }

    /** A group stands where the last transaction that took an offset along, and is there, has put it. */
    private void offsetsWentWithTheirValues() {
        Map<String, Integer> committed = partitionsOfValues();
        Map<Integer, Long> wanted = new HashMap<>();
        for (Transaction transaction : history.transactions()) {
            boolean isThere = transaction.outcome() == Outcome.COMMITTED || committed.containsKey(transaction.value(0));
            if (transaction.withOffset() && isThere) {
                wanted.merge(transaction.producer(), transaction.number() + 1, Math::max);
            }
        }
        history.offsets().forEach((producer, offset) -> {
            if (wanted.getOrDefault(producer, -1L) != (long) offset) {
                problems.add("OFFSET of producer " + producer + " is " + offset + ", its values say "
                        + wanted.getOrDefault(producer, -1L));
            }
        });
    }

    private Map<String, Integer> partitionsOfValues() {
        Map<String, Integer> values = new HashMap<>();
        history.committed().forEach((partition, seen) -> seen.forEach(one -> values.put(one.value(), partition)));
        return values;
    }
}
