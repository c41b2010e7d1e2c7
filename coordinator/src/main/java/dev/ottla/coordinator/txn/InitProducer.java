package dev.ottla.coordinator.txn;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.coordinator.runtime.Step;
import dev.ottla.coordinator.runtime.Waiter;
import org.jspecify.annotations.Nullable;

/** InitProducerId with a transactional id: fences who had the id before and ends what that left open (KIP-98), or lets a producer go on after an error (KIP-360). */
final class InitProducer {
    private final Transactions transactions;
    private final EndTransaction ends;

    InitProducer(Transactions transactions, EndTransaction ends) {
        this.transactions = transactions;
        this.ends = ends;
    }

    /**
     * @param current who the producer is so far; null for one that begins
     * @throws OttlaException INVALID_TRANSACTION_TIMEOUT, PRODUCER_FENCED, CONCURRENT_TRANSACTIONS while a transaction ends
     */
    void run(
            String transactionalId,
            int timeoutMs,
            @Nullable ProducerIdentity current,
            Waiter<ProducerIdentity> waiter,
            Step<TransactionEvent> step) {
        if (timeoutMs <= 0 || timeoutMs > transactions.settings().maxTimeoutMs()) {
            throw new OttlaException(
                    ErrorCode.INVALID_TRANSACTION_TIMEOUT,
                    "transaction.timeout.ms of " + timeoutMs
                            + " is not between 1 and the broker's transaction.max.timeout.ms, "
                            + transactions.settings().maxTimeoutMs());
        }
        Transaction known = transactions.get(transactionalId);
        Transaction transaction =
                known == null ? Transaction.unknown(transactionalId, transactions.newProducerId()) : known;
        if (current != null && !mayBe(transaction, current)) {
            throw fenced(transaction, current);
        }
        switch (transaction.status()) {
            case PREPARE_COMMIT, PREPARE_ABORT -> throw EndTransaction.stillEnding(transaction);
            case ONGOING -> {
                ends.fence(transaction, step);
                // The producer asks again, and gets an epoch of its own when the abort is done.
                step.answer(refusing(waiter), transaction);
            }
            case EMPTY, COMPLETE_COMMIT, COMPLETE_ABORT -> {
                Transaction begun = begin(transaction, timeoutMs, current, step);
                transactions.store(begun, step);
                step.answer(waiter, begun.producer());
            }
        }
    }

    private static Waiter<Transaction> refusing(Waiter<ProducerIdentity> waiter) {
        return new Waiter<>() {
            @Override
            public void answer(Transaction aborted) {
                OttlaException later = EndTransaction.stillEnding(aborted);
                waiter.refuse(later.code(), String.valueOf(later.getMessage()));
            }

            @Override
            public void refuse(ErrorCode code, String detail) {
                waiter.refuse(code, detail);
            }
        };
    }

    /** The one that has the id now, or the one before it whose answer may have been lost when its epochs were used up. */
    private static boolean mayBe(Transaction transaction, ProducerIdentity current) {
        return transaction.epoch() == ProducerIdentity.NO_EPOCH
                || current.producerId() == transaction.producerId()
                || (current.producerId() == transaction.previousProducerId()
                        && ProducerIdentity.isExhausted(current.epoch()));
    }

    private Transaction begin(
            Transaction transaction, int timeoutMs, @Nullable ProducerIdentity current, Step<TransactionEvent> step) {
        long nowMs = step.now().wallMs();
        short epoch = transaction.epoch();
        if (transaction.isExhausted() && (current == null || current.epoch() == epoch)) {
            short last = current == null ? ProducerIdentity.NO_EPOCH : epoch;
            return transaction.rotated(transactions.newProducerId(), last, timeoutMs, nowMs);
        }
        if (current == null) {
            return transaction.initialized((short) (epoch + 1), ProducerIdentity.NO_EPOCH, timeoutMs, nowMs);
        }
        if (epoch == ProducerIdentity.NO_EPOCH || current.epoch() == epoch) {
            return transaction.initialized((short) (epoch + 1), epoch, timeoutMs, nowMs);
        }
        if (current.epoch() == transaction.lastEpoch() && epoch == Short.MAX_VALUE) {
            // What an earlier build has stored; nobody may have that epoch.
            return transaction.rotated(transactions.newProducerId(), transaction.lastEpoch(), timeoutMs, nowMs);
        }
        if (current.epoch() == transaction.lastEpoch()) {
            // A repeated request: its first answer was lost.
            return transaction.initialized(epoch, transaction.lastEpoch(), timeoutMs, nowMs);
        }
        throw fenced(transaction, current);
    }

    private static OttlaException fenced(Transaction transaction, ProducerIdentity current) {
        return new OttlaException(
                ErrorCode.PRODUCER_FENCED,
                "Another producer has begun under the transactional id " + transaction.transactionalId()
                        + " since producer " + current.producerId() + " was given epoch " + current.epoch());
    }
}
