package dev.ottla.log.compact;

import dev.ottla.log.producer.TransactionMarker;
import dev.ottla.record.BatchHeader;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Follows transactions while batches are walked in offset order, as Apache Kafka's CleanedTransactionMetadata does: which data batches belong to
 * an aborted transaction, and which markers end one of which nothing is left.
 */
public final class CleanedTransactions {
    private final PriorityQueue<AbortedSpan> ahead =
            new PriorityQueue<>(Comparator.comparingLong(AbortedSpan::firstOffset));
    private final Map<Long, Ongoing> aborted = new HashMap<>();
    private final Set<Long> committed = new HashSet<>();
    private Consumer<AbortedSpan> kept = any -> {};

    private static final class Ongoing {
        final AbortedSpan span;
        boolean seen;

        Ongoing(AbortedSpan span) {
            this.span = span;
        }
    }

    /** Tells of aborted transactions with records in what is walked next; more than once is no harm. */
    public void expect(Collection<AbortedSpan> spans) {
        ahead.addAll(spans);
    }

    /** Where the aborted transactions go that the cleaned segment's transaction index must have. */
    public void keepIn(Consumer<AbortedSpan> index) {
        kept = index;
    }

    /** Takes note of the next batch; whether its records may go: it was aborted, or is the marker of a transaction without records. */
    public boolean mayDiscard(ByteBuffer batch, int at) {
        long lastOffset = BatchHeader.lastOffset(batch, at);
        while (!ahead.isEmpty() && ahead.peek().firstOffset() <= lastOffset) {
            AbortedSpan span = ahead.remove();
            aborted.putIfAbsent(span.producerId(), new Ongoing(span));
        }
        return BatchHeader.isControl(batch, at) ? mayDiscardControl(batch, at) : mayDiscardData(batch, at);
    }

    private boolean mayDiscardData(ByteBuffer batch, int at) {
        if (!BatchHeader.isTransactional(batch, at)) {
            return false;
        }
        long producerId = BatchHeader.producerId(batch, at);
        Ongoing transaction = aborted.get(producerId);
        if (transaction != null) {
            transaction.seen = true;
            return true;
        }
        committed.add(producerId);
        return false;
    }

    private boolean mayDiscardControl(ByteBuffer batch, int at) {
        if (BatchHeader.count(batch, at) == 0) {
            return true;
        }
        TransactionMarker marker = TransactionMarker.parse(batch, at);
        if (marker == null) {
            return false;
        }
        long producerId = BatchHeader.producerId(batch, at);
        if (marker.commit()) {
            return !committed.remove(producerId);
        }
        Ongoing transaction = aborted.remove(producerId);
        if (transaction != null && transaction.seen) {
            kept.accept(transaction.span);
            return false;
        }
        return true;
    }
}
