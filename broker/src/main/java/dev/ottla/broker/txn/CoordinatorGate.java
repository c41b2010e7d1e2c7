package dev.ottla.broker.txn;

import dev.ottla.base.ErrorCode;
import dev.ottla.broker.coordination.TransactionGate;
import dev.ottla.coordinator.runtime.Waiter;
import dev.ottla.coordinator.txn.Transaction;
import dev.ottla.coordinator.txn.TransactionPartition;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Asks the coordinators of this broker. One whose last transaction is still being ended is waited for, which saves its producer a round trip and a pause. */
public final class CoordinatorGate implements TransactionGate {
    private final TransactionCoordinators coordinators;
    private final boolean verifies;

    /** @param verifies transaction.partition.verification.enable: whether clients that add partitions themselves are checked */
    public CoordinatorGate(TransactionCoordinators coordinators, boolean verifies) {
        this.coordinators = coordinators;
        this.verifies = verifies;
    }

    @Override
    public void ask(Question question, Waiter<Map<TransactionPartition, ErrorCode>> waiter) {
        String id = question.transactionalId();
        if (question.mode() == Mode.VERIFY && !verifies) {
            waiter.answer(forAll(question, ErrorCode.NONE));
            return;
        }
        switch (question.mode()) {
            case VERIFY ->
                coordinators.submit(
                        id,
                        waiter,
                        (core, verified, step) ->
                                step.answer(verified, core.verify(id, question.producer(), question.partitions())));
            case ADD ->
                coordinators.submit(
                        id,
                        new ProducerWaiter<ErrorCode, Map<TransactionPartition, ErrorCode>>(
                                waiter, code -> forAll(question, code), true),
                        (core, added, step) -> core.add(
                                id,
                                question.producer(),
                                question.partitions(),
                                Transaction.VERSION_2,
                                true,
                                added,
                                step));
        }
    }

    private static Map<TransactionPartition, ErrorCode> forAll(Question question, ErrorCode code) {
        return question.partitions().stream().collect(Collectors.toMap(Function.identity(), where -> code));
    }
}
