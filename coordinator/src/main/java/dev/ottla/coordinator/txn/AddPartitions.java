package dev.ottla.coordinator.txn;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.coordinator.runtime.Step;
import dev.ottla.coordinator.runtime.Waiter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;

/** AddPartitionsToTxn: partitions that a transaction is about to write to, or the question whether they are in it (KIP-890). */
final class AddPartitions {
    private final Transactions transactions;
    /** By transactional id: who waits for the end of the transaction before. */
    private final Map<String, Queue<Waiting>> waiting = new HashMap<>();

    private record Waiting(
            ProducerIdentity producer,
            Set<TransactionPartition> partitions,
            short clientVersion,
            Waiter<ErrorCode> waiter) {}

    AddPartitions(Transactions transactions) {
        this.transactions = transactions;
    }

    /**
     * Adds partitions; the answer is NONE.
     *
     * @param patient whether to wait while the transaction before ends, rather than to be refused
     * @throws OttlaException INVALID_PRODUCER_ID_MAPPING, PRODUCER_FENCED, CONCURRENT_TRANSACTIONS
     */
    void add(
            String transactionalId,
            ProducerIdentity producer,
            Set<TransactionPartition> partitions,
            short clientVersion,
            boolean patient,
            Waiter<ErrorCode> waiter,
            Step<TransactionEvent> step) {
        Transaction transaction = transactions.existing(transactionalId);
        checkProducer(transaction, producer);
        if (transaction.status().isEnding()) {
            Waiting asker = new Waiting(producer, partitions, clientVersion, waiter);
            if (!patient || !hasRoomFor(transactionalId, asker, step)) {
                throw EndTransaction.stillEnding(transaction);
            }
            return;
        }
        if (transaction.status() != TransactionStatus.ONGOING
                || !transaction.partitions().containsAll(partitions)) {
            transactions.store(
                    transaction.with(partitions, clientVersion, step.now().wallMs()), step);
        }
        step.answer(waiter, ErrorCode.NONE);
    }

    private static void checkProducer(Transaction transaction, ProducerIdentity producer) {
        if (transaction.producerId() != producer.producerId()) {
            throw EndTransaction.otherProducer(transaction, producer);
        }
        if (transaction.epoch() != producer.epoch()) {
            throw EndTransaction.fenced(transaction, producer);
        }
    }

    private boolean hasRoomFor(String transactionalId, Waiting asker, Step<TransactionEvent> step) {
        Queue<Waiting> queue = waiting.computeIfAbsent(transactionalId, id -> new ArrayDeque<>());
        if (queue.size() >= TransactionSettings.MAX_WAITING) {
            return false;
        }
        queue.add(asker);
        transactions
                .timers()
                .set(
                        new TransactionTimer.Patience(transactionalId),
                        step.now().monotonicMs() + TransactionSettings.MAX_WAIT_MS);
        return true;
    }

    /** The transaction before has ended: those who waited are served. */
    void ended(String transactionalId, Step<TransactionEvent> step) {
        for (Waiting asker : takeWaiting(transactionalId)) {
            try {
                add(
                        transactionalId,
                        asker.producer(),
                        asker.partitions(),
                        asker.clientVersion(),
                        true,
                        asker.waiter(),
                        step);
            } catch (OttlaException refused) {
                step.answer(asker.waiter(), refused.code());
            }
        }
    }

    /** It takes too long: they are to ask again. */
    void patienceIsOver(String transactionalId, Step<TransactionEvent> step) {
        takeWaiting(transactionalId).forEach(asker -> step.answer(asker.waiter(), ErrorCode.CONCURRENT_TRANSACTIONS));
    }

    private Collection<Waiting> takeWaiting(String transactionalId) {
        transactions.timers().cancel(new TransactionTimer.Patience(transactionalId));
        Queue<Waiting> queue = waiting.remove(transactionalId);
        return queue == null ? List.of() : queue;
    }

    List<Waiter<?>> waiting() {
        List<Waiter<?>> all = new ArrayList<>();
        waiting.values().forEach(queue -> queue.forEach(asker -> all.add(asker.waiter())));
        return all;
    }

    /**
     * Whether partitions are in a transaction: NONE or TRANSACTION_ABORTABLE for each.
     *
     * @throws OttlaException INVALID_PRODUCER_ID_MAPPING, PRODUCER_FENCED, CONCURRENT_TRANSACTIONS
     */
    Map<TransactionPartition, ErrorCode> verify(
            String transactionalId, ProducerIdentity producer, Set<TransactionPartition> partitions) {
        Transaction transaction = transactions.existing(transactionalId);
        checkProducer(transaction, producer);
        if (transaction.status().isEnding()) {
            throw EndTransaction.stillEnding(transaction);
        }
        Map<TransactionPartition, ErrorCode> answers = new TreeMap<>();
        for (TransactionPartition partition : partitions) {
            answers.put(
                    partition,
                    transaction.partitions().contains(partition) ? ErrorCode.NONE : ErrorCode.TRANSACTION_ABORTABLE);
        }
        return answers;
    }
}
