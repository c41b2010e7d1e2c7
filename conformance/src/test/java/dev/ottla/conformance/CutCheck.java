package dev.ottla.conformance;

import dev.ottla.conformance.CutProblem.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Compares a partition as it is after a cut with what clients were told of it before. */
final class CutCheck {
    private final CutTopic topic;
    private final int partition;
    private final CutTopic.Told told;
    private final long start;
    private final List<AckedHistory.Found> found;
    private final List<CutProblem> problems = new ArrayList<>();

    private CutCheck(CutTopic topic, int partition, long start, List<AckedHistory.Found> found) {
        this.topic = topic;
        this.partition = partition;
        this.told = topic.told(partition);
        this.start = start;
        this.found = found;
    }

    /**
     * Everything that is wrong; when nothing is, what was found counts as read from now on.
     *
     * @param start the log start, as the broker tells it
     * @param found all records from there to the end in the order they were read, values by their heads
     */
    static List<CutProblem> run(CutTopic topic, int partition, long start, List<AckedHistory.Found> found) {
        CutCheck check = new CutCheck(topic, partition, start, found);
        check.logStart();
        if (topic.compacted()) {
            new CompactedCheck(topic, partition, found, check::problem).run();
        } else {
            check.order();
            check.told(Kind.LOST_ACKED, Kind.CHANGED_ACKED, check.told.acked);
            check.told(Kind.LOST_READ, Kind.CHANGED_READ, check.told.read);
        }
        if (check.problems.isEmpty()) {
            check.settle();
        }
        return check.problems;
    }

    private void logStart() {
        if (start < told.start.get()) {
            problem(
                    Kind.LOG_START,
                    told.start.get() - start,
                    "starts at " + start + ", but had moved to " + told.start);
        }
        long most = Math.max(told.start.get(), told.startAsked.get());
        if (!topic.retains() && start > most) {
            problem(Kind.LOG_START, start - most, "starts at " + start + ", but only " + most + " was asked for");
        }
        if (topic.retains() && start > told.start.get()) {
            long remains = found.stream()
                    .filter(record -> CutValue.isOf(record.value(), topic, partition))
                    .mapToLong(record -> CutValue.sizeBytes(record.value()))
                    .sum();
            if (remains < told.keepsBytes) {
                problem(Kind.LOG_START, start - told.start.get(), "retention left only " + remains + " bytes");
            }
        }
    }

    private void order() {
        Set<String> values = new HashSet<>();
        for (int i = 0; i < found.size(); i++) {
            AckedHistory.Found record = found.get(i);
            if (record.offset() != start + i) {
                problem(Kind.GAP, 1, "offset " + record.offset() + " where " + (start + i) + " follows");
                return;
            }
            if (!CutValue.isOf(record.value(), topic, partition)) {
                problem(Kind.FOREIGN, 1, "at " + record.offset() + ": " + shortened(record.value()));
            }
            if (!values.add(record.value())) {
                problem(Kind.TWICE, 1, "again at " + record.offset() + ": " + shortened(record.value()));
            }
        }
    }

    private void told(Kind lost, Kind other, Map<Long, String> offsets) {
        SortedMap<Long, String> missing = new TreeMap<>();
        SortedMap<Long, String> changed = new TreeMap<>();
        offsets.forEach((offset, head) -> {
            if (offset < start) {
                return;
            }
            int at = (int) (offset - start);
            if (at >= found.size()) {
                missing.put(offset, head);
            } else if (!found.get(at).value().equals(head)) {
                changed.put(offset, head + " is now " + shortened(found.get(at).value()));
            }
        });
        report(lost, missing);
        report(other, changed);
    }

    private void report(Kind kind, SortedMap<Long, String> records) {
        if (!records.isEmpty()) {
            problem(
                    kind,
                    records.size(),
                    "at %s: %s; the log ends at %d"
                            .formatted(records.firstKey(), records.get(records.firstKey()), start + found.size()));
        }
    }

    private void settle() {
        told.start.set(start);
        told.startAsked.set(start);
        if (topic.compacted()) {
            told.compactedAway.add(CompactedCheck.gone(told, found));
        }
        // What was acknowledged is among what was found.
        told.acked.clear();
        told.read.clear();
        found.forEach(record -> told.read.put(record.offset(), record.value()));
        told.checkedEnd = found.isEmpty() ? told.checkedEnd : found.getLast().offset() + 1;
    }

    private void problem(Kind kind, long records, String text) {
        problems.add(new CutProblem(kind, records, topic + " partition " + partition + " " + text));
    }

    private static String shortened(String value) {
        return value.length() > 80 ? value.substring(0, 80) + "..." : value;
    }
}
