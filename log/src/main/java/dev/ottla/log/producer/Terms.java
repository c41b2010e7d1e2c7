package dev.ottla.log.producer;

/**
 * What is known of a batch beside its bytes.
 *
 * @param askedAtOffset of a batch in a transaction: the log's end when its transaction coordinator was asked whether it has the transaction there; when one of the same producer has
 *     ended since, that word no longer holds. Long.MAX_VALUE when nobody was asked
 * @param transactionVersion of a marker: transaction.version as its coordinator has it. Of a batch: 2 when its producer has an epoch for each transaction
 *     (KIP-890), so that the first that a partition sees of it has sequence 0
 */
public record Terms(long askedAtOffset, int transactionVersion) {
    /** Nothing is known. */
    public static final Terms NONE = new Terms(Long.MAX_VALUE, 0);

    public static Terms askedAt(long offset) {
        return askedAt(offset, 0);
    }

    public static Terms askedAt(long offset, int transactionVersion) {
        return new Terms(offset, transactionVersion);
    }

    public static Terms ofMarker(int transactionVersion) {
        return new Terms(Long.MAX_VALUE, transactionVersion);
    }
}
