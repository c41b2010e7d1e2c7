package dev.ottla.conformance;

import dev.ottla.conformance.TransactionAnomaly.Kind;
import dev.ottla.conformance.TransactionEvents.End;
import dev.ottla.conformance.TransactionEvents.OffsetSeen;
import dev.ottla.conformance.TransactionFacts.Facts;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/** The offsets that a broker named: ends of partitions, and those that groups committed in transactions. */
final class TransactionEndsCheck {
    private final List<TransactionEvents.Event> events;
    private final TransactionFacts facts;
    private final Map<IsolationLevel, Map<TopicPartition, NavigableMap<Long, String>>> found;
    private final Predicate<TransactionKey> isVisible;
    private final BiConsumer<Kind, String> report;

    TransactionEndsCheck(
            List<TransactionEvents.Event> events,
            TransactionFacts facts,
            Map<IsolationLevel, Map<TopicPartition, NavigableMap<Long, String>>> found,
            Predicate<TransactionKey> isVisible,
            BiConsumer<Kind, String> report) {
        this.events = events;
        this.facts = facts;
        this.found = found;
        this.isVisible = isVisible;
        this.report = report;
    }

    void run() {
        Map<TopicPartition, List<End>> ends = new HashMap<>();
        Map<String, List<OffsetSeen>> offsets = new HashMap<>();
        for (TransactionEvents.Event event : events) {
            if (event instanceof End end) {
                ends.computeIfAbsent(end.partition(), _ -> new ArrayList<>()).add(end);
            } else if (event instanceof OffsetSeen seen) {
                offsets.computeIfAbsent(seen.group(), _ -> new ArrayList<>()).add(seen);
            }
        }
        ends.forEach(this::endsOf);
        offsets.forEach(this::offsetsOf);
    }

    private void endsOf(TopicPartition partition, List<End> ends) {
        Map<IsolationLevel, Long> most = new HashMap<>();
        Map<IsolationLevel, Long> last = new HashMap<>();
        for (End end : ends) {
            long before = most.getOrDefault(end.level(), 0L);
            if (end.offset() < before) {
                report.accept(Kind.END_WENT_BACK, end + ", after " + before);
            }
            most.merge(end.level(), end.offset(), Math::max);
            last.put(end.level(), end.offset());
        }
        tooFar(partition, ends);
        long stable = last.getOrDefault(IsolationLevel.READ_COMMITTED, 0L);
        long high = last.getOrDefault(IsolationLevel.READ_UNCOMMITTED, 0L);
        if (stable != high) {
            report.accept(Kind.HANGING, partition + " is stable up to " + stable + " in the end, and ends at " + high);
        }
    }

    /** A transaction that was committed cannot have been over before that was asked for. */
    private void tooFar(TopicPartition partition, List<End> ends) {
        List<End> stable = ends.stream()
                .filter(end -> end.level() == IsolationLevel.READ_COMMITTED)
                .toList();
        Map<TransactionKey, Long> firstOffsets = new HashMap<>();
        found.get(IsolationLevel.READ_COMMITTED)
                .getOrDefault(partition, new TreeMap<>())
                .forEach((offset, value) ->
                        firstOffsets.merge(TransactionKey.Value.parse(value).transaction(), offset, Math::min));
        firstOffsets.forEach((key, offset) -> {
            Facts transaction = facts.of(key);
            if (transaction == null || !facts.strayEnds(transaction).isEmpty()) {
                return;
            }
            stable.stream()
                    .filter(end -> end.at() < transaction.commitAskedAt() && end.offset() > offset)
                    .findFirst()
                    .ifPresent(end -> report.accept(
                            Kind.END_TOO_FAR, end + ", while " + key + " was open, whose first value is at " + offset));
        });
    }

    private void offsetsOf(String group, List<OffsetSeen> seen) {
        NavigableMap<Long, Facts> transactions = facts.ofGroup(group);
        List<Facts> strayed = transactions.values().stream()
                .filter(transaction -> !facts.strayEnds(transaction).isEmpty())
                .toList();
        for (OffsetSeen one : seen) {
            Facts committed = transactions.get(one.offset());
            if (committed == null && one.offset() >= 0) {
                report.accept(Kind.FOREIGN, one.toString());
            } else if (committed != null && !strayed.contains(committed)) {
                withItsOutput(one, committed);
            }
            acknowledgedBefore(one, transactions, strayed);
        }
        OffsetSeen last = seen.getLast();
        String later = transactions.tailMap(last.offset(), false).values().stream()
                .filter(transaction -> !strayed.contains(transaction) && isVisible.test(transaction.key()))
                .map(transaction -> transaction.key() + " with " + transaction.offset())
                .collect(Collectors.joining(", "));
        if (!later.isEmpty()) {
            report.accept(Kind.OUTPUT_WITHOUT_OFFSET, group + " is at " + last.offset() + " in the end, but: " + later);
        }
    }

    private void withItsOutput(OffsetSeen one, Facts committed) {
        if (!isVisible.test(committed.key())) {
            report.accept(Kind.OFFSET_WITHOUT_OUTPUT, one + ", of " + committed.key());
        }
        if (one.at() < committed.commitAskedAt()) {
            report.accept(Kind.OFFSET_OUT_OF_TIME, one + ", before " + committed.key() + " was to be committed");
        }
    }

    private void acknowledgedBefore(OffsetSeen one, NavigableMap<Long, Facts> transactions, List<Facts> strayed) {
        transactions.tailMap(one.offset(), false).values().stream()
                .filter(later -> later.acknowledgedAt() < one.from() && !strayed.contains(later))
                .findFirst()
                .ifPresent(later -> report.accept(
                        Kind.OFFSET_OUT_OF_TIME,
                        one + ", after the commit of " + later.key() + " with " + later.offset()
                                + " was acknowledged"));
    }
}
