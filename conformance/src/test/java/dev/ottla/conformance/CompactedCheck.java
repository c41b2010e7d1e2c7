package dev.ottla.conformance;

import dev.ottla.conformance.CutProblem.Kind;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a compacted partition owes its clients: of each key the last value that they were told of, or one that was sent later, is the newest that is
 * there; a record that is there is the one that they were told of; one that was gone stays gone.
 */
final class CompactedCheck {
    private final CutTopic topic;
    private final int partition;
    private final CutTopic.Told told;
    private final List<AckedHistory.Found> found;
    private final Problems problems;

    /** Where problems are told. */
    interface Problems {
        void add(Kind kind, long records, String text);
    }

    CompactedCheck(CutTopic topic, int partition, List<AckedHistory.Found> found, Problems problems) {
        this.topic = topic;
        this.partition = partition;
        this.told = topic.told(partition);
        this.found = found;
        this.problems = problems;
    }

    void run() {
        Map<String, AckedHistory.Found> newest = new HashMap<>();
        Map<String, Long> numbers = new HashMap<>();
        long last = -1;
        for (AckedHistory.Found record : found) {
            if (record.offset() <= last) {
                problems.add(Kind.TWICE, 1, "offset " + record.offset() + " after " + last);
                return;
            }
            last = record.offset();
            if (!CutValue.hasKey(record.value())) {
                problems.add(Kind.FOREIGN, 1, "at " + record.offset() + ": " + record.value());
                return;
            }
            itself(record, numbers);
            newest.put(CutValue.keyOf(record.value()), record);
        }
        keys(Kind.LOST_READ, told.read, newest);
        keys(Kind.LOST_ACKED, told.acked, newest);
    }

    /** How many records that clients were told of are not there any more. */
    static long gone(CutTopic.Told told, List<AckedHistory.Found> found) {
        Set<Long> offsets = new HashSet<>(told.acked.keySet());
        offsets.addAll(told.read.keySet());
        found.forEach(record -> offsets.remove(record.offset()));
        return offsets.size();
    }

    private void itself(AckedHistory.Found record, Map<String, Long> numbers) {
        String text = record.value();
        String where = "at " + record.offset() + ": " + text;
        String key = CutValue.keyOf(text);
        if (!CutValue.isTombstone(text)) {
            String head = CutValue.withoutKey(text);
            if (!CutValue.isOf(head, topic, partition)) {
                problems.add(Kind.FOREIGN, 1, where);
                return;
            }
            Long before = numbers.put(key, CutValue.numberOf(head));
            if (before != null && before >= CutValue.numberOf(head)) {
                problems.add(Kind.OLD_VALUE, 1, where + " after number " + before);
            }
        }
        String acked = told.acked.getOrDefault(record.offset(), text);
        String read = told.read.getOrDefault(record.offset(), text);
        if (!acked.equals(text)) {
            problems.add(Kind.CHANGED_ACKED, 1, where + " was " + acked);
        }
        if (!read.equals(text)) {
            problems.add(Kind.CHANGED_READ, 1, where + " was " + read);
        }
        if (record.offset() < told.checkedEnd && !told.read.containsKey(record.offset())) {
            problems.add(Kind.CAME_BACK, 1, where + " was gone below " + told.checkedEnd);
        }
    }

    private void keys(Kind lost, Map<Long, String> offsets, Map<String, AckedHistory.Found> newest) {
        Map<String, AckedHistory.Found> latest = new HashMap<>();
        new TreeMap<>(offsets)
                .forEach((offset, text) -> latest.put(CutValue.keyOf(text), new AckedHistory.Found(offset, text)));
        latest.forEach((key, known) -> {
            AckedHistory.Found there = newest.get(key);
            if (there == null) {
                if (!mayBeDeleted(key, known.value())) {
                    problems.add(lost, 1, "at " + known.offset() + ": " + known.value() + ", and nothing of its key");
                }
            } else if (there.offset() < known.offset() && !mayBeDeleted(key, known.value())) {
                problems.add(
                        lost, 1, "at " + known.offset() + ": " + known.value() + "; there is only " + there.value());
            } else if (there.offset() < known.offset()) {
                problems.add(
                        Kind.OLD_VALUE,
                        1,
                        "at " + there.offset() + ": " + there.value() + ", but at " + known.offset() + " was "
                                + known.value());
            }
        });
    }

    /** Whether it is a tombstone, or one was sent after it: then it may be gone with its key. */
    private boolean mayBeDeleted(String key, String text) {
        return CutValue.isTombstone(text)
                || told.tombstonesSent.getOrDefault(key, -1L) > CutValue.numberOf(CutValue.withoutKey(text));
    }
}
