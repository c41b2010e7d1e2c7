package dev.ottla.conformance;

import dev.ottla.conformance.TransactionEvents.EndOnItsWay;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;

/** What a history says of each transaction. */
final class TransactionFacts {
    private final NavigableMap<TransactionKey, Facts> transactions = new TreeMap<>();
    private final List<EndOnItsWay> ends = new ArrayList<>();

    /** How it must have ended. */
    enum Outcome {
        COMMITTED,
        NOT_COMMITTED,
        /** Either, but whole. */
        IN_DOUBT
    }

    record SentValue(TopicPartition partition, int index) {}

    /** One transaction. */
    static final class Facts {
        private final TransactionKey key;
        private final List<SentValue> values = new ArrayList<>();
        private int session;
        private long beganAt;
        private long leftAt = Long.MAX_VALUE;
        private long commitAskedAt = Long.MAX_VALUE;
        private boolean refused;
        private long acknowledgedAt = Long.MAX_VALUE;
        private String group = "";
        private long offset = -1;

        private Facts(TransactionKey key) {
            this.key = key;
        }

        TransactionKey key() {
            return key;
        }

        /** In the order they were sent. */
        List<SentValue> values() {
            return values;
        }

        /** The group whose offset it commits; empty when none. */
        String group() {
            return group;
        }

        long offset() {
            return offset;
        }

        /** {@link Long#MAX_VALUE} when it never was. */
        long commitAskedAt() {
            return commitAskedAt;
        }

        /** {@link Long#MAX_VALUE} when it never was. */
        long acknowledgedAt() {
            return acknowledgedAt;
        }

        Outcome outcome() {
            if (acknowledgedAt < Long.MAX_VALUE) {
                return Outcome.COMMITTED;
            }
            return commitAskedAt == Long.MAX_VALUE || refused ? Outcome.NOT_COMMITTED : Outcome.IN_DOUBT;
        }
    }

    static TransactionFacts of(List<TransactionEvents.Event> events) {
        TransactionFacts facts = new TransactionFacts();
        for (TransactionEvents.Event event : events) {
            switch (event) {
                case TransactionEvents.Step step -> facts.note(step);
                case EndOnItsWay end -> facts.ends.add(end);
                case TransactionEvents.Read _,
                        TransactionEvents.Position _,
                        TransactionEvents.End _,
                        TransactionEvents.OffsetSeen _,
                        TransactionEvents.FinalRead _ -> {}
            }
        }
        return facts;
    }

    private void note(TransactionEvents.Step step) {
        Facts facts = transactions.computeIfAbsent(step.transaction(), Facts::new);
        switch (step) {
            case TransactionEvents.Began began -> {
                facts.beganAt = began.at();
                facts.session = began.session();
            }
            case TransactionEvents.Sent sent -> facts.values.add(new SentValue(sent.partition(), sent.index()));
            case TransactionEvents.OffsetSent sent -> {
                facts.group = sent.group();
                facts.offset = sent.offset();
            }
            case TransactionEvents.CommitAsked asked -> facts.commitAskedAt = Math.min(facts.commitAskedAt, asked.at());
            case TransactionEvents.CommitAcknowledged acknowledged -> facts.acknowledgedAt = acknowledged.at();
            case TransactionEvents.CommitRefused _ -> facts.refused = true;
            case TransactionEvents.AbortAsked _ -> {}
            case TransactionEvents.LeftAlone left -> facts.leftAt = left.at();
        }
    }

    /** All, by transactional id and in order. */
    Iterable<Facts> all() {
        return transactions.values();
    }

    /** Null when there is none. */
    Facts of(TransactionKey key) {
        return transactions.get(key);
    }

    /** Those of one group's offsets, by offset. */
    NavigableMap<Long, Facts> ofGroup(String group) {
        NavigableMap<Long, Facts> found = new TreeMap<>();
        transactions.values().stream()
                .filter(facts -> facts.group.equals(group))
                .forEach(facts -> found.put(facts.offset, facts));
        return found;
    }

    /**
     * The ends of earlier transactions that may have ended this one instead: of the old protocol, of the same producer id and epoch, and on their way while
     * this one was going on (KAFKA-17754). Always empty with version 2.
     */
    List<EndOnItsWay> strayEnds(Facts facts) {
        if (facts.session == 0) {
            return List.of();
        }
        return ends.stream()
                .filter(end -> isEarlierOfTheSession(end.transaction(), facts))
                .filter(end -> end.at() > facts.beganAt && end.from() < facts.leftAt)
                .toList();
    }

    private boolean isEarlierOfTheSession(TransactionKey earlier, Facts facts) {
        Facts other = transactions.get(earlier);
        return other != null
                && other.session == facts.session
                && earlier.id().equals(facts.key.id())
                && earlier.compareTo(facts.key) < 0;
    }

    /** How many transactions ended in each way. */
    Map<Outcome, Long> outcomes() {
        Map<Outcome, Long> counts = new TreeMap<>();
        transactions.values().forEach(facts -> counts.merge(facts.outcome(), 1L, Long::sum));
        return counts;
    }
}
