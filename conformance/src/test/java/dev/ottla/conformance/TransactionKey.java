package dev.ottla.conformance;

import java.util.Comparator;

/**
 * One transaction of a history.
 *
 * @param id the transactional id
 * @param incarnation which of the producers that had the id one after the other, from 1
 * @param number which transaction of the id, growing over its incarnations
 */
record TransactionKey(String id, int incarnation, int number) implements Comparable<TransactionKey> {
    private static final Comparator<TransactionKey> ORDER = Comparator.comparing(TransactionKey::id)
            .thenComparingInt(TransactionKey::incarnation)
            .thenComparingInt(TransactionKey::number);

    /** A value that it writes: unique in the history. */
    record Value(TransactionKey transaction, int index) {
        static Value parse(String text) {
            String[] parts = text.split("/", -1);
            return new Value(
                    new TransactionKey(parts[0], Integer.parseInt(parts[1]), Integer.parseInt(parts[2])),
                    Integer.parseInt(parts[3]));
        }

        @Override
        public String toString() {
            return transaction + "/" + index;
        }
    }

    static TransactionKey parse(String text) {
        return Value.parse(text + "/0").transaction();
    }

    @Override
    public int compareTo(TransactionKey other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return id + "/" + incarnation + "/" + number;
    }
}
