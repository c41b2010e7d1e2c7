package dev.ottla.coordinator.txn;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.coordinator.runtime.Step;
import dev.ottla.coordinator.runtime.Timers;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The transactional ids of one partition of {@code __transaction_state}, and what all that is done with them needs. */
final class Transactions {
    private final Map<String, Transaction> byId = new LinkedHashMap<>();
    private final Timers<TransactionTimer> timers = new Timers<>();
    private final TransactionPorts ports;

    Transactions(TransactionPorts ports) {
        this.ports = ports;
    }

    @Nullable
    Transaction get(String transactionalId) {
        return byId.get(transactionalId);
    }

    /** @throws OttlaException INVALID_PRODUCER_ID_MAPPING when there is none by that id */
    Transaction existing(String transactionalId) {
        Transaction transaction = byId.get(transactionalId);
        if (transaction == null) {
            throw new OttlaException(
                    ErrorCode.INVALID_PRODUCER_ID_MAPPING,
                    "No producer has begun under the transactional id " + transactionalId
                            + ", or it has expired; InitProducerId comes first");
        }
        return transaction;
    }

    Collection<Transaction> all() {
        return Collections.unmodifiableCollection(byId.values());
    }

    void replay(TransactionEvent event) {
        switch (event) {
            case TransactionStored stored -> byId.put(stored.transaction().transactionalId(), stored.transaction());
            case TransactionForgotten forgotten -> byId.remove(forgotten.transactionalId());
        }
    }

    /** From here on it stands so. */
    void store(Transaction transaction, Step<TransactionEvent> step) {
        emit(new TransactionStored(transaction), step);
        watch(transaction, step);
    }

    void forget(Transaction transaction, Step<TransactionEvent> step) {
        emit(new TransactionForgotten(transaction.transactionalId()), step);
    }

    private void emit(TransactionEvent event, Step<TransactionEvent> step) {
        replay(event);
        step.emit(event);
    }

    /**
     * Sets what is to happen by itself: an open transaction is aborted when its time is over (what is left of it is told by its start, also after a
     * crash); the partitions of an ending one are told, again and again until they all know.
     */
    void watch(Transaction transaction, Step<TransactionEvent> step) {
        String id = transaction.transactionalId();
        TransactionTimer timeout = new TransactionTimer.Timeout(id);
        if (transaction.status() == TransactionStatus.ONGOING) {
            long openMs = Math.max(0, step.now().wallMs() - transaction.startMs());
            timers.set(timeout, step.now().monotonicMs() + Math.max(0, transaction.timeoutMs() - openMs));
        } else {
            timers.cancel(timeout);
        }
        TransactionTimer telling = new TransactionTimer.Telling(id);
        if (transaction.status().isEnding()) {
            step.answer(ports.markers(), Ending.of(transaction));
            timers.set(telling, step.now().monotonicMs() + TransactionSettings.TELL_AGAIN_MS);
        } else {
            timers.cancel(telling);
        }
    }

    Timers<TransactionTimer> timers() {
        return timers;
    }

    TransactionSettings settings() {
        return ports.settings().get();
    }

    /** The newest version of the protocol that is to be spoken: the finalized level of transaction.version. */
    short version() {
        return ports.version().get();
    }

    /** @throws OttlaException COORDINATOR_LOAD_IN_PROGRESS when there is none at hand; the producer asks again */
    long newProducerId() {
        Long id = ports.producerIds().get();
        if (id == null) {
            throw new OttlaException(
                    ErrorCode.COORDINATOR_LOAD_IN_PROGRESS, "New producer ids are being fetched; ask again");
        }
        return id;
    }

    @Override
    public String toString() {
        return byId.toString();
    }
}
