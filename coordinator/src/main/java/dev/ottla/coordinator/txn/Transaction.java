package dev.ottla.coordinator.txn;

import java.util.Collection;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What is known of one transactional id. Immutable; each change is a new one, and is stored whole, as Kafka does.
 *
 * @param previousProducerId the id before the epochs of that were used up, so that a repeated request is known; -1 for none
 * @param nextProducerId the id that follows when this transaction has ended, its epochs being used up; -1 for none
 * @param epoch -1 before the first InitProducerId is answered
 * @param lastEpoch the epoch before the last change that the producer itself asked for, so that a repeated request is known; -1 for none
 * @param partitions empty unless ongoing or ending
 * @param startMs when the first partition was added; -1 before that
 * @param updateMs when it was changed last
 * @param version of the transaction protocol that the client spoke last: 0, or 2 with an epoch for each transaction (KIP-890)
 */
public record Transaction(
        String transactionalId,
        long producerId,
        long previousProducerId,
        long nextProducerId,
        short epoch,
        short lastEpoch,
        int timeoutMs,
        TransactionStatus status,
        SortedSet<TransactionPartition> partitions,
        long startMs,
        long updateMs,
        short version) {
    /** An epoch for each transaction. */
    public static final short VERSION_2 = 2;

    public static final short VERSION_0 = 0;

    private static final SortedSet<TransactionPartition> NONE = Collections.emptySortedSet();

    static Transaction unknown(String transactionalId, long producerId) {
        return new Transaction(
                transactionalId,
                producerId,
                ProducerIdentity.NO_ID,
                ProducerIdentity.NO_ID,
                ProducerIdentity.NO_EPOCH,
                ProducerIdentity.NO_EPOCH,
                0,
                TransactionStatus.EMPTY,
                NONE,
                -1,
                -1,
                VERSION_0);
    }

    public ProducerIdentity producer() {
        return new ProducerIdentity(producerId, epoch);
    }

    boolean isExhausted() {
        return ProducerIdentity.isExhausted(epoch);
    }

    /** A producer begins, or begins anew, with the same id. */
    Transaction initialized(short newEpoch, short newLastEpoch, int newTimeoutMs, long nowMs) {
        return new Transaction(
                transactionalId,
                producerId,
                producerId,
                ProducerIdentity.NO_ID,
                newEpoch,
                newLastEpoch,
                newTimeoutMs,
                TransactionStatus.EMPTY,
                NONE,
                -1,
                nowMs,
                version);
    }

    /** A producer begins anew with another id, the epochs of its old one being used up. */
    Transaction rotated(long newProducerId, short newLastEpoch, int newTimeoutMs, long nowMs) {
        return new Transaction(
                transactionalId,
                newProducerId,
                producerId,
                ProducerIdentity.NO_ID,
                (short) 0,
                newLastEpoch,
                newTimeoutMs,
                TransactionStatus.EMPTY,
                NONE,
                -1,
                nowMs,
                version);
    }

    Transaction with(Collection<TransactionPartition> added, short clientVersion, long nowMs) {
        SortedSet<TransactionPartition> all = new TreeSet<>(partitions);
        all.addAll(added);
        return new Transaction(
                transactionalId,
                producerId,
                previousProducerId,
                ProducerIdentity.NO_ID,
                epoch,
                lastEpoch,
                timeoutMs,
                TransactionStatus.ONGOING,
                Collections.unmodifiableSortedSet(all),
                status.isAtRest() ? nowMs : startMs,
                nowMs,
                clientVersion);
    }

    /** Its end is decided by the producer. With version 2 the epoch is another from here on. */
    Transaction ending(boolean commit, short clientVersion, long newNextProducerId, long nowMs) {
        boolean bumps = clientVersion >= VERSION_2;
        return ending(
                commit ? TransactionStatus.PREPARE_COMMIT : TransactionStatus.PREPARE_ABORT,
                bumps ? raisedEpoch() : epoch,
                bumps ? epoch : lastEpoch,
                clientVersion,
                newNextProducerId,
                nowMs);
    }

    /**
     * It is aborted because its time is over. With version 2 the producer may still abort it too, and go on with the epoch that it gets for that, or with
     * another id when the epochs are used up.
     */
    Transaction timedOut(short brokerVersion, long newNextProducerId, long nowMs) {
        return aborted(
                brokerVersion >= VERSION_2 ? epoch : ProducerIdentity.NO_EPOCH,
                brokerVersion,
                newNextProducerId,
                nowMs);
    }

    /** It is aborted for another producer that comes after this one, which is thereby fenced. */
    Transaction fenced(short brokerVersion, long newNextProducerId, long nowMs) {
        return aborted(ProducerIdentity.NO_EPOCH, brokerVersion, newNextProducerId, nowMs);
    }

    private Transaction aborted(short newLastEpoch, short brokerVersion, long newNextProducerId, long nowMs) {
        return ending(
                TransactionStatus.PREPARE_ABORT, raisedEpoch(), newLastEpoch, brokerVersion, newNextProducerId, nowMs);
    }

    /** The last one of all stays: what ends with it goes on under another id. */
    private short raisedEpoch() {
        return epoch == Short.MAX_VALUE ? epoch : (short) (epoch + 1);
    }

    private Transaction ending(
            TransactionStatus next,
            short newEpoch,
            short newLastEpoch,
            short newVersion,
            long newNextProducerId,
            long nowMs) {
        return new Transaction(
                transactionalId,
                producerId,
                previousProducerId,
                newNextProducerId,
                newEpoch,
                newLastEpoch,
                timeoutMs,
                next,
                partitions,
                status.isAtRest() ? nowMs : startMs,
                nowMs,
                newVersion);
    }

    /** Its end is known in all its partitions. */
    Transaction completed(long nowMs) {
        boolean rotates = nextProducerId != ProducerIdentity.NO_ID;
        return new Transaction(
                transactionalId,
                rotates ? nextProducerId : producerId,
                producerId,
                ProducerIdentity.NO_ID,
                rotates ? 0 : epoch,
                lastEpoch,
                timeoutMs,
                status == TransactionStatus.PREPARE_COMMIT
                        ? TransactionStatus.COMPLETE_COMMIT
                        : TransactionStatus.COMPLETE_ABORT,
                NONE,
                startMs,
                nowMs,
                version);
    }
}
