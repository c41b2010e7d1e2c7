package dev.ottla.conformance;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/**
 * What clients did with transactions and what they saw, from all their threads. Moments are ticks of one counter: what has a smaller tick was
 * over before the other began. Whoever asks takes a tick before, and notes what came back with one taken afterwards.
 */
final class TransactionEvents {
    private final AtomicLong ticks = new AtomicLong();
    private final Queue<Event> events = new ConcurrentLinkedQueue<>();

    /** Something that happened; {@code at} is when its client knew. */
    sealed interface Event {
        long at();
    }

    /** What a transaction's own client did with it. */
    sealed interface Step extends Event {
        TransactionKey transaction();
    }

    /**
     * @param session the producer id and epoch that an old-protocol client keeps over its transactions, as a number that is its own; 0 with version 2 of the
     *     protocol, where each transaction has an epoch of its own
     */
    record Began(long at, TransactionKey transaction, int session) implements Step {}

    record Sent(long at, TransactionKey transaction, TopicPartition partition, int index) implements Step {}

    record OffsetSent(long at, TransactionKey transaction, String group, long offset) implements Step {}

    record CommitAsked(long at, TransactionKey transaction) implements Step {}

    record CommitAcknowledged(long at, TransactionKey transaction) implements Step {}

    /** It was asked once, and the answer says that it will not be. */
    record CommitRefused(long at, TransactionKey transaction) implements Step {}

    record AbortAsked(long at, TransactionKey transaction) implements Step {}

    /** Its client does nothing more with it, however it ended. */
    record LeftAlone(long at, TransactionKey transaction) implements Step {}

    /** An EndTxn of the old protocol was between the client and the broker's answer, or might have been; however long ago its client gave it up. */
    record EndOnItsWay(long from, long at, TransactionKey transaction, boolean commit) implements Event {}

    /** A running reader got a value. */
    record Read(long at, String reader, IsolationLevel level, TopicPartition partition, long offset, String value)
            implements Event {}

    /** Where a running reader was at last: it will have no more from before. */
    record Position(long at, String reader, IsolationLevel level, TopicPartition partition, long offset)
            implements Event {}

    /** ListOffsets: where what can be read ended, some time between {@code from} and {@code at}; one asker, so that they follow each other. */
    record End(long from, long at, TopicPartition partition, IsolationLevel level, long offset) implements Event {}

    /** A group's committed offset, stable; -1 for none. One asker a group. */
    record OffsetSeen(long from, long at, String group, long offset) implements Event {}

    /** A whole partition in the end, when nobody writes any more. */
    record FinalRead(long at, TopicPartition partition, IsolationLevel level, List<AckedHistory.Found> found)
            implements Event {}

    /** A new moment. */
    long tick() {
        return ticks.incrementAndGet();
    }

    /** From any thread. */
    void add(Event event) {
        events.add(event);
    }

    List<Event> events() {
        return List.copyOf(events);
    }
}
