package dev.ottla.coordinator.txn;

/** Who a producer says it is: its id and the epoch that it was given. */
public record ProducerIdentity(long producerId, short epoch) {
    public static final long NO_ID = -1;
    public static final short NO_EPOCH = -1;

    /** The last epoch that a producer may have; the one above is left to fence it with. */
    private static final short LAST_EPOCH = Short.MAX_VALUE - 1;

    public static boolean isExhausted(short epoch) {
        return epoch >= LAST_EPOCH;
    }
}
