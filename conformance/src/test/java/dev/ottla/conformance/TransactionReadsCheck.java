package dev.ottla.conformance;

import dev.ottla.conformance.TransactionAnomaly.Kind;
import dev.ottla.conformance.TransactionEvents.Position;
import dev.ottla.conformance.TransactionEvents.Read;
import dev.ottla.conformance.TransactionFacts.Facts;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/** What running readers saw: compared with what is there in the end, and with what was decided by then. */
final class TransactionReadsCheck {
    private final List<TransactionEvents.Event> events;
    private final TransactionFacts facts;
    private final Map<IsolationLevel, Map<TopicPartition, NavigableMap<Long, String>>> found;
    private final BiConsumer<Kind, String> report;
    private final Map<Cursor, NavigableMap<Long, String>> readBy = new HashMap<>();
    private final Map<Cursor, Long> positions = new HashMap<>();

    private record Cursor(String reader, IsolationLevel level, TopicPartition partition) {}

    TransactionReadsCheck(
            List<TransactionEvents.Event> events,
            TransactionFacts facts,
            Map<IsolationLevel, Map<TopicPartition, NavigableMap<Long, String>>> found,
            BiConsumer<Kind, String> report) {
        this.events = events;
        this.facts = facts;
        this.found = found;
        this.report = report;
    }

    void run() {
        for (TransactionEvents.Event event : events) {
            if (event instanceof Read read) {
                read(read);
            } else if (event instanceof Position position) {
                positions.put(new Cursor(position.reader(), position.level(), position.partition()), position.offset());
            }
        }
        positions.forEach(this::passedOver);
    }

    private void read(Read read) {
        Cursor cursor = new Cursor(read.reader(), read.level(), read.partition());
        NavigableMap<Long, String> before = readBy.computeIfAbsent(cursor, _ -> new TreeMap<>());
        String what = read.value() + " at " + read.partition() + "@" + read.offset();
        if (!before.isEmpty() && before.lastKey() >= read.offset()) {
            report.accept(Kind.PASSED_OVER, cursor + " goes back from " + before.lastKey() + " to " + what);
        }
        before.put(read.offset(), read.value());
        String there = valuesOf(read.level(), read.partition()).get(read.offset());
        if (!read.value().equals(there)) {
            report.accept(Kind.READ_UNDONE, what + ", read by " + read.reader() + ", is " + there + " in the end");
        }
        Facts writer = facts.of(TransactionKey.Value.parse(read.value()).transaction());
        if (read.level() == IsolationLevel.READ_COMMITTED && writer != null) {
            decided(read, writer, what);
        }
    }

    private void decided(Read read, Facts writer, String what) {
        if (!facts.strayEnds(writer).isEmpty()) {
            return;
        }
        if (writer.outcome() == TransactionFacts.Outcome.NOT_COMMITTED) {
            report.accept(Kind.ABORTED_READ, what + ", read by " + read.reader());
        } else if (read.at() < writer.commitAskedAt()) {
            report.accept(Kind.EARLY_READ, what + ", read by " + read.reader() + " before its commit was asked for");
        }
    }

    private void passedOver(Cursor cursor, long position) {
        NavigableMap<Long, String> read = readBy.getOrDefault(cursor, new TreeMap<>());
        valuesOf(cursor.level(), cursor.partition()).headMap(position, false).forEach((offset, value) -> {
            if (!read.containsKey(offset)) {
                report.accept(
                        Kind.PASSED_OVER,
                        cursor + " is at " + position + " and has never seen " + value + " at " + offset);
            }
        });
    }

    private NavigableMap<Long, String> valuesOf(IsolationLevel level, TopicPartition partition) {
        return found.get(level).getOrDefault(partition, new TreeMap<>());
    }
}
