package dev.ottla.conformance;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What producers did and readers saw: transactions that append values of their own to several partitions, and may commit an offset for a group of their producer with it.
 *
 * @param transactions each producer's in the order in which it began them
 * @param live what one read_committed reader saw while all went on, by partition, in the order seen
 * @param committed what a read_committed reader sees at the end, by partition, from the beginning
 * @param all the same, read_uncommitted
 * @param offsets what the group of each producer has committed at the end; none is -1
 */
record TransactionHistory(
        List<Transaction> transactions,
        Map<Integer, List<Seen>> live,
        Map<Integer, List<Seen>> committed,
        Map<Integer, List<Seen>> all,
        Map<Integer, Long> offsets) {
    /** How a transaction ended, as far as its producer knows. */
    enum Outcome {
        /** The commit was acknowledged. */
        COMMITTED,
        /** No commit was ever asked for. */
        ABORTED,
        /** A commit was asked for, and not acknowledged. */
        UNKNOWN
    }

    /**
     * One transaction.
     *
     * @param number grows with each of a producer
     * @param partitions the partition of each of its values; value i is {@code producer-number-i}
     * @param withOffset whether it took offset {@code number + 1} along for the producer's group
     */
    record Transaction(int producer, long number, List<Integer> partitions, boolean withOffset, Outcome outcome) {
        String value(int index) {
            return producer + "-" + number + "-" + index;
        }
    }

    /** A record that somebody read. */
    record Seen(long offset, String value) {}

    /** Gathers seen records by partition. */
    static Map<Integer, List<Seen>> noneSeen(Collection<Integer> partitions) {
        Map<Integer, List<Seen>> none = new TreeMap<>();
        partitions.forEach(partition -> none.put(partition, new ArrayList<>()));
        return none;
    }
}
