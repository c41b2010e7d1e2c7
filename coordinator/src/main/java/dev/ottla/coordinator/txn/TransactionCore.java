package dev.ottla.coordinator.txn;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.coordinator.runtime.Core;
import dev.ottla.coordinator.runtime.Step;
import dev.ottla.coordinator.runtime.Waiter;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.message.DescribeTransactionsResponseData;
import org.apache.kafka.common.message.ListTransactionsRequestData;
import org.apache.kafka.common.message.ListTransactionsResponseData;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The transactional ids of one partition of {@code __transaction_state}: a state machine without threads, clocks or files. */
public final class TransactionCore implements Core<TransactionEvent> {
    private static final Logger LOG = LoggerFactory.getLogger(TransactionCore.class);

    private final Transactions transactions;
    private final AddPartitions additions;
    private final EndTransaction ends;
    private final InitProducer inits;

    public TransactionCore(TransactionPorts ports) {
        this.transactions = new Transactions(ports);
        this.additions = new AddPartitions(transactions);
        this.ends = new EndTransaction(transactions);
        this.inits = new InitProducer(transactions, ends);
    }

    @Override
    public void replay(TransactionEvent event) {
        transactions.replay(event);
    }

    @Override
    public void resume(Step<TransactionEvent> step) {
        LOG.info("Found {} transactional ids{}", transactions.all().size(), unfinished());
        for (Transaction transaction : transactions.all()) {
            transactions.watch(transaction, step);
        }
        scheduleExpiry(step);
    }

    /** By state. */
    private String unfinished() {
        Map<TransactionStatus, Integer> counts = new EnumMap<>(TransactionStatus.class);
        for (Transaction transaction : transactions.all()) {
            if (!transaction.status().isAtRest()) {
                counts.merge(transaction.status(), 1, Integer::sum);
            }
        }
        StringBuilder text = new StringBuilder();
        counts.forEach((status, count) -> text.append(text.isEmpty() ? ": " : ", ")
                .append(count)
                .append(' ')
                .append(status.shown()));
        return text.toString();
    }

    private void scheduleExpiry(Step<TransactionEvent> step) {
        transactions
                .timers()
                .set(
                        new TransactionTimer.Expiry(),
                        step.now().monotonicMs() + transactions.settings().expiryCheckIntervalMs());
    }

    @Override
    public long nextTimerMs() {
        return transactions.timers().nextMs();
    }

    @Override
    public void onTimers(Step<TransactionEvent> step) {
        TransactionTimer due = transactions.timers().poll(step.now().monotonicMs());
        while (due != null) {
            switch (due) {
                case TransactionTimer.Timeout timeout -> timeIsOver(timeout.transactionalId(), step);
                case TransactionTimer.Telling telling -> tellAgain(telling.transactionalId(), step);
                case TransactionTimer.Patience patience -> additions.patienceIsOver(patience.transactionalId(), step);
                case TransactionTimer.Expiry _ -> expire(step);
            }
            due = transactions.timers().poll(step.now().monotonicMs());
        }
    }

    private void timeIsOver(String transactionalId, Step<TransactionEvent> step) {
        Transaction transaction = transactions.get(transactionalId);
        if (transaction == null || transaction.status() != TransactionStatus.ONGOING) {
            return;
        }
        try {
            ends.timeOut(transaction, step);
        } catch (OttlaException noProducerId) {
            transactions
                    .timers()
                    .set(
                            new TransactionTimer.Timeout(transactionalId),
                            step.now().monotonicMs() + TransactionSettings.TIME_OUT_AGAIN_MS);
        }
    }

    private void tellAgain(String transactionalId, Step<TransactionEvent> step) {
        Transaction transaction = transactions.get(transactionalId);
        if (transaction != null) {
            transactions.watch(transaction, step);
        }
    }

    private void expire(Step<TransactionEvent> step) {
        long before = step.now().wallMs() - transactions.settings().idExpirationMs();
        for (Transaction transaction : List.copyOf(transactions.all())) {
            if (transaction.status().isAtRest() && transaction.updateMs() <= before) {
                transactions.forget(transaction, step);
            }
        }
        scheduleExpiry(step);
    }

    @Override
    public List<Waiter<?>> waiting() {
        return additions.waiting();
    }

    /**
     * InitProducerId.
     *
     * @param current who the producer is so far; null for one that begins
     * @throws dev.ottla.base.OttlaException INVALID_TRANSACTION_TIMEOUT, PRODUCER_FENCED, CONCURRENT_TRANSACTIONS, COORDINATOR_LOAD_IN_PROGRESS
     */
    public void init(
            String transactionalId,
            int timeoutMs,
            @Nullable ProducerIdentity current,
            Waiter<ProducerIdentity> waiter,
            Step<TransactionEvent> step) {
        inits.run(transactionalId, timeoutMs, current, waiter, step);
    }

    /**
     * Adds partitions to a transaction, which begins it; answered NONE.
     *
     * @param patient whether to wait while the transaction before ends, rather than to be refused
     * @throws dev.ottla.base.OttlaException INVALID_PRODUCER_ID_MAPPING, PRODUCER_FENCED, CONCURRENT_TRANSACTIONS
     */
    public void add(
            String transactionalId,
            ProducerIdentity producer,
            Set<TransactionPartition> partitions,
            short clientVersion,
            boolean patient,
            Waiter<ErrorCode> waiter,
            Step<TransactionEvent> step) {
        additions.add(transactionalId, producer, partitions, clientVersion, patient, waiter, step);
    }

    /**
     * Whether partitions are in a transaction: NONE or TRANSACTION_ABORTABLE for each.
     *
     * @throws dev.ottla.base.OttlaException INVALID_PRODUCER_ID_MAPPING, PRODUCER_FENCED, CONCURRENT_TRANSACTIONS
     */
    public Map<TransactionPartition, ErrorCode> verify(
            String transactionalId, ProducerIdentity producer, Set<TransactionPartition> partitions) {
        return additions.verify(transactionalId, producer, partitions);
    }

    /**
     * EndTxn; answered with who the producer is from here on, once the decision is on the disk. The partitions learn of it afterwards.
     *
     * @throws dev.ottla.base.OttlaException INVALID_PRODUCER_ID_MAPPING, PRODUCER_FENCED, CONCURRENT_TRANSACTIONS, INVALID_TXN_STATE
     */
    public void end(
            String transactionalId,
            ProducerIdentity producer,
            boolean commit,
            short clientVersion,
            Waiter<ProducerIdentity> waiter,
            Step<TransactionEvent> step) {
        ends.run(transactionalId, producer, commit, clientVersion, waiter, step);
    }

    /** The markers of an ending are written and committed in all its partitions. Says nothing when it is not that transaction's time any more. */
    public void complete(Ending ending, Step<TransactionEvent> step) {
        Transaction transaction = transactions.get(ending.transactionalId());
        if (transaction == null
                || !transaction.status().isEnding()
                || !transaction.producer().equals(ending.producer())) {
            return;
        }
        transactions.store(transaction.completed(step.now().wallMs()), step);
        additions.ended(ending.transactionalId(), step);
    }

    /** @throws dev.ottla.base.OttlaException TRANSACTIONAL_ID_NOT_FOUND */
    public DescribeTransactionsResponseData.TransactionState describe(String transactionalId) {
        Transaction transaction = transactions.get(transactionalId);
        if (transaction == null) {
            throw new OttlaException(
                    ErrorCode.TRANSACTIONAL_ID_NOT_FOUND, "There is no transactional id " + transactionalId);
        }
        return DescribeTransactions.describe(transaction);
    }

    public List<ListTransactionsResponseData.TransactionState> list(ListTransactionsRequestData request, long nowMs) {
        return DescribeTransactions.list(transactions.all(), request, nowMs);
    }

    Transactions transactions() {
        return transactions;
    }
}
