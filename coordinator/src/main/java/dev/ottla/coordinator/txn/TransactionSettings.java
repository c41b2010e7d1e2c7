package dev.ottla.coordinator.txn;

/**
 * The broker's settings for transactions.
 *
 * @param maxTimeoutMs transaction.max.timeout.ms
 * @param idExpirationMs transactional.id.expiration.ms
 * @param expiryCheckIntervalMs transaction.remove.expired.transaction.cleanup.interval.ms
 */
public record TransactionSettings(int maxTimeoutMs, long idExpirationMs, long expiryCheckIntervalMs) {
    /** Requests that wait in one transactional id for the end of the transaction before; a producer has at most five under way. */
    public static final int MAX_WAITING = 5;

    /** How long they do. */
    public static final int MAX_WAIT_MS = 5_000;

    /** How often partitions are told again of the end of a transaction while they do not all know it. */
    public static final int TELL_AGAIN_MS = 10_000;

    /** How soon a transaction is timed out that could not be for want of a producer id. */
    public static final int TIME_OUT_AGAIN_MS = 100;
}
