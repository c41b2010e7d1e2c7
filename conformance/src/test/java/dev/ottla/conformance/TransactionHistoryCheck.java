package dev.ottla.conformance;

import dev.ottla.conformance.TransactionAnomaly.Kind;
import dev.ottla.conformance.TransactionEvents.EndOnItsWay;
import dev.ottla.conformance.TransactionEvents.FinalRead;
import dev.ottla.conformance.TransactionFacts.Facts;
import dev.ottla.conformance.TransactionFacts.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/**
 * Finds what is wrong in a history of transactions.
 *
 * <p>One thing is let pass, and only for a client of the old protocol that repeats an EndTxn within its producer epoch: when the first one arrives late and
 * ends a later transaction (KAFKA-17754). Then the values that this one had written by then, a prefix, have the end that was on its way.
 */
final class TransactionHistoryCheck {
    private final TransactionFacts facts;
    private final List<TransactionEvents.Event> events;
    private final Map<IsolationLevel, Map<TopicPartition, NavigableMap<Long, String>>> found = new HashMap<>();
    private final Map<TransactionKey, Set<Integer>> visible = new HashMap<>();
    private final List<TransactionAnomaly> anomalies = new ArrayList<>();
    private long strays;

    /**
     * @param anomalies nothing when all is well
     * @param strays how many transactions of old clients were ended by a request that was not meant for them, as may happen
     */
    record Verdict(List<TransactionAnomaly> anomalies, long strays) {}

    private TransactionHistoryCheck(TransactionEvents history) {
        this.events = history.events();
        this.facts = TransactionFacts.of(events);
        for (IsolationLevel level : IsolationLevel.values()) {
            found.put(level, new HashMap<>());
        }
    }

    static Verdict run(TransactionEvents history) {
        TransactionHistoryCheck check = new TransactionHistoryCheck(history);
        check.finalReads();
        check.outcomes();
        new TransactionReadsCheck(check.events, check.facts, check.found, check::report).run();
        new TransactionEndsCheck(check.events, check.facts, check.found, check::isVisible, check::report).run();
        return new Verdict(List.copyOf(check.anomalies), check.strays);
    }

    private void report(Kind kind, String text) {
        anomalies.add(new TransactionAnomaly(kind, text));
    }

    /** Whether its output is there; the first of its values stands for all. */
    private boolean isVisible(TransactionKey transaction) {
        return !visible.getOrDefault(transaction, Set.of()).isEmpty();
    }

    private void finalReads() {
        for (TransactionEvents.Event event : events) {
            if (event instanceof FinalRead read) {
                NavigableMap<Long, String> values = new TreeMap<>();
                read.found().forEach(record -> values.put(record.offset(), record.value()));
                found.get(read.level()).put(read.partition(), values);
                valuesOf(read);
            }
        }
        found.get(IsolationLevel.READ_COMMITTED)
                .forEach((partition, values) -> values.forEach((offset, value) -> {
                    String there = found.get(IsolationLevel.READ_UNCOMMITTED)
                            .getOrDefault(partition, new TreeMap<>())
                            .get(offset);
                    if (!value.equals(there)) {
                        report(
                                Kind.READ_UNDONE,
                                value + " is read as committed at " + partition + "@" + offset + ", where there is "
                                        + there + " otherwise");
                    }
                }));
    }

    private void valuesOf(FinalRead read) {
        Set<String> once = new HashSet<>();
        Map<String, TransactionKey.Value> lastOfId = new HashMap<>();
        for (AckedHistory.Found record : read.found()) {
            String where = record.value() + " at " + read.partition() + "@" + record.offset() + ", " + read.level();
            TransactionKey.Value value = TransactionKey.Value.parse(record.value());
            Facts writer = facts.of(value.transaction());
            if (writer == null
                    || !writer.values().contains(new TransactionFacts.SentValue(read.partition(), value.index()))) {
                report(Kind.FOREIGN, where);
                continue;
            }
            if (!once.add(record.value())) {
                report(Kind.DUPLICATE, where);
                continue;
            }
            TransactionKey.Value before = lastOfId.put(value.transaction().id(), value);
            if (before != null && isLater(before, value)) {
                report(Kind.ORDER, where + ", behind " + before);
            }
            if (read.level() == IsolationLevel.READ_COMMITTED) {
                visible.computeIfAbsent(value.transaction(), _ -> new HashSet<>())
                        .add(value.index());
            }
        }
    }

    private static boolean isLater(TransactionKey.Value one, TransactionKey.Value other) {
        int order = one.transaction().compareTo(other.transaction());
        return order > 0 || (order == 0 && one.index() > other.index());
    }

    private void outcomes() {
        for (Facts transaction : facts.all()) {
            List<Boolean> seen = transaction.values().stream()
                    .map(value ->
                            visible.getOrDefault(transaction.key(), Set.of()).contains(value.index()))
                    .toList();
            if (isAsItShould(transaction.outcome(), seen)) {
                continue;
            }
            if (strayEndsExplain(transaction, seen)) {
                strays++;
            } else {
                report(
                        kindOf(transaction, seen),
                        transaction.key() + ", " + transaction.outcome() + ", of " + transaction.values() + " there is "
                                + seen);
            }
        }
    }

    private static boolean isAsItShould(Outcome outcome, List<Boolean> seen) {
        return switch (outcome) {
            case COMMITTED -> !seen.contains(false);
            case NOT_COMMITTED -> !seen.contains(true);
            case IN_DOUBT -> !(seen.contains(true) && seen.contains(false));
        };
    }

    private static Kind kindOf(Facts transaction, List<Boolean> seen) {
        return switch (transaction.outcome()) {
            case COMMITTED -> seen.contains(true) ? Kind.TORN : Kind.LOST_WRITE;
            case NOT_COMMITTED -> Kind.ABORTED_READ;
            case IN_DOUBT -> Kind.TORN;
        };
    }

    /** Values that belong together are in one run; the last run ended as the client wanted or did not know, each other by one stray end. */
    private boolean strayEndsExplain(Facts transaction, List<Boolean> seen) {
        List<Boolean> runs = new ArrayList<>();
        for (Boolean one : seen) {
            if (runs.isEmpty() || !runs.getLast().equals(one)) {
                runs.add(one);
            }
        }
        boolean own = isAsItShould(transaction.outcome(), List.of(runs.getLast()));
        List<Boolean> others = own ? runs.subList(0, runs.size() - 1) : runs;
        List<EndOnItsWay> strayEnds = facts.strayEnds(transaction);
        for (boolean commit : List.of(true, false)) {
            long wanted = others.stream().filter(run -> run == commit).count();
            long there =
                    strayEnds.stream().filter(end -> end.commit() == commit).count();
            if (wanted > there) {
                return false;
            }
        }
        return true;
    }

    /** How many transactions ended in each way, as their clients know. */
    static Map<Outcome, Long> outcomes(TransactionEvents history) {
        return TransactionFacts.of(history.events()).outcomes();
    }
}
