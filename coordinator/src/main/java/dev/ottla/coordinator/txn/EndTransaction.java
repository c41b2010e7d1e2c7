package dev.ottla.coordinator.txn;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.coordinator.runtime.Step;
import dev.ottla.coordinator.runtime.Waiter;

/** EndTxn: decides the end of a transaction. Also decides it over the producer's head, on a timeout or for a producer that comes after it. */
final class EndTransaction {
    private final Transactions transactions;

    EndTransaction(Transactions transactions) {
        this.transactions = transactions;
    }

    /**
     * @param clientVersion {@link Transaction#VERSION_2} when the epoch is to change with each transaction (EndTxn from version 5 on)
     * @throws OttlaException INVALID_PRODUCER_ID_MAPPING, PRODUCER_FENCED, CONCURRENT_TRANSACTIONS, INVALID_TXN_STATE
     */
    void run(
            String transactionalId,
            ProducerIdentity producer,
            boolean commit,
            short clientVersion,
            Waiter<ProducerIdentity> waiter,
            Step<TransactionEvent> step) {
        Transaction transaction = transactions.existing(transactionalId);
        boolean repeated = isRepeated(transaction, producer, clientVersion);
        boolean repeatedOverRotation = isRepeatedOverRotation(transaction, producer, clientVersion);
        if (transaction.producerId() != producer.producerId() && !repeatedOverRotation) {
            throw otherProducer(transaction, producer);
        }
        if (!isValidEpoch(transaction, producer, clientVersion, repeated || repeatedOverRotation)) {
            throw fenced(transaction, producer);
        }
        if (clientVersion >= Transaction.VERSION_2) {
            end2(transaction, commit, repeated || repeatedOverRotation, waiter, step);
        } else {
            end0(transaction, commit, waiter, step);
        }
    }

    /** The epoch has moved on by this very request, or by the timeout of what it ends: its answer was lost. Not when another producer has come. */
    private static boolean isRepeated(Transaction transaction, ProducerIdentity producer, short clientVersion) {
        return clientVersion >= Transaction.VERSION_2
                && transaction.lastEpoch() == producer.epoch()
                && transaction.epoch() == producer.epoch() + 1;
    }

    private static boolean isRepeatedOverRotation(
            Transaction transaction, ProducerIdentity producer, short clientVersion) {
        return clientVersion >= Transaction.VERSION_2
                && transaction.previousProducerId() == producer.producerId()
                && transaction.lastEpoch() == producer.epoch()
                && ProducerIdentity.isExhausted(producer.epoch())
                && transaction.epoch() == 0;
    }

    private static boolean isValidEpoch(
            Transaction transaction, ProducerIdentity producer, short clientVersion, boolean repeated) {
        boolean same = producer.epoch() == transaction.epoch();
        if (clientVersion < Transaction.VERSION_2) {
            return same;
        }
        return switch (transaction.status()) {
            case EMPTY, ONGOING -> same;
            case PREPARE_COMMIT, PREPARE_ABORT -> repeated;
            // With version 2 a producer may abort a transaction that nothing was added to.
            case COMPLETE_COMMIT, COMPLETE_ABORT -> repeated || same;
        };
    }

    /** The same epoch for many transactions: the state alone tells a repeated request from a wrong one (and a late one from neither: KAFKA-17754). */
    private void end0(
            Transaction transaction, boolean commit, Waiter<ProducerIdentity> waiter, Step<TransactionEvent> step) {
        switch (transaction.status()) {
            case ONGOING -> decide(transaction, commit, Transaction.VERSION_0, waiter, step);
            case COMPLETE_COMMIT, COMPLETE_ABORT -> {
                requireSameEnd(transaction, commit, TransactionStatus.COMPLETE_COMMIT);
                step.answer(waiter, transaction.producer());
            }
            case PREPARE_COMMIT, PREPARE_ABORT -> {
                requireSameEnd(transaction, commit, TransactionStatus.PREPARE_COMMIT);
                throw stillEnding(transaction);
            }
            case EMPTY -> throw wrongState(transaction, commit);
        }
    }

    private void end2(
            Transaction transaction,
            boolean commit,
            boolean repeated,
            Waiter<ProducerIdentity> waiter,
            Step<TransactionEvent> step) {
        switch (transaction.status()) {
            case ONGOING -> decide(transaction, commit, Transaction.VERSION_2, waiter, step);
            case COMPLETE_COMMIT, COMPLETE_ABORT -> {
                if (repeated) {
                    requireSameEnd(transaction, commit, TransactionStatus.COMPLETE_COMMIT);
                    requireUsable(transaction);
                    step.answer(waiter, transaction.producer());
                } else {
                    abortNothing(transaction, commit, waiter, step);
                }
            }
            case PREPARE_COMMIT, PREPARE_ABORT -> {
                requireSameEnd(transaction, commit, TransactionStatus.PREPARE_COMMIT);
                throw stillEnding(transaction);
            }
            case EMPTY -> abortNothing(transaction, commit, waiter, step);
        }
    }

    /** A producer that does not know whether its first records arrived aborts to be sure. */
    private void abortNothing(
            Transaction transaction, boolean commit, Waiter<ProducerIdentity> waiter, Step<TransactionEvent> step) {
        if (commit) {
            throw wrongState(transaction, true);
        }
        decide(transaction, false, Transaction.VERSION_2, waiter, step);
    }

    private void decide(
            Transaction transaction,
            boolean commit,
            short clientVersion,
            Waiter<ProducerIdentity> waiter,
            Step<TransactionEvent> step) {
        long next = successor(transaction, clientVersion);
        Transaction ending =
                transaction.ending(commit, clientVersion, next, step.now().wallMs());
        transactions.store(ending, step);
        step.answer(waiter, next == ProducerIdentity.NO_ID ? ending.producer() : new ProducerIdentity(next, (short) 0));
    }

    /** Who the producer is when this transaction has ended, if its end uses up the last epoch. */
    private long successor(Transaction transaction, short version) {
        return version >= Transaction.VERSION_2 && transaction.isExhausted()
                ? transactions.newProducerId()
                : ProducerIdentity.NO_ID;
    }

    /**
     * Aborts what is open for a producer that comes after it.
     *
     * @throws OttlaException COORDINATOR_LOAD_IN_PROGRESS
     */
    void fence(Transaction transaction, Step<TransactionEvent> step) {
        short version = transactions.version();
        long next = successor(transaction, version);
        transactions.store(transaction.fenced(version, next, step.now().wallMs()), step);
    }

    /**
     * Aborts what has been open for longer than its producer allowed.
     *
     * @throws OttlaException COORDINATOR_LOAD_IN_PROGRESS
     */
    void timeOut(Transaction transaction, Step<TransactionEvent> step) {
        short version = transactions.version();
        long next = successor(transaction, version);
        transactions.store(transaction.timedOut(version, next, step.now().wallMs()), step);
    }

    /** Earlier builds have stored the last epoch of all, which is there to end transactions with: a producer that had it could not end its own. */
    private static void requireUsable(Transaction transaction) {
        if (transaction.epoch() == Short.MAX_VALUE) {
            throw new OttlaException(
                    ErrorCode.PRODUCER_FENCED,
                    "The epochs of producer " + transaction.producerId()
                            + " are used up; InitProducerId gives it another id");
        }
    }

    private static void requireSameEnd(Transaction transaction, boolean commit, TransactionStatus committed) {
        if (commit != (transaction.status() == committed)) {
            throw wrongState(transaction, commit);
        }
    }

    static OttlaException stillEnding(Transaction transaction) {
        return new OttlaException(
                ErrorCode.CONCURRENT_TRANSACTIONS,
                "The last transaction of " + transaction.transactionalId() + " is still being ended; ask again");
    }

    static OttlaException otherProducer(Transaction transaction, ProducerIdentity producer) {
        return new OttlaException(
                ErrorCode.INVALID_PRODUCER_ID_MAPPING,
                "Transactional id " + transaction.transactionalId() + " belongs to producer " + transaction.producerId()
                        + ", not " + producer.producerId());
    }

    static OttlaException fenced(Transaction transaction, ProducerIdentity producer) {
        return new OttlaException(
                ErrorCode.PRODUCER_FENCED,
                "The producer of " + transaction.transactionalId() + " has epoch " + transaction.epoch() + ", not "
                        + producer.epoch());
    }

    private static OttlaException wrongState(Transaction transaction, boolean commit) {
        return new OttlaException(
                ErrorCode.INVALID_TXN_STATE,
                "The transaction of " + transaction.transactionalId() + " cannot be "
                        + (commit ? "committed" : "aborted") + ": it is in state "
                        + transaction.status().shown());
    }
}
