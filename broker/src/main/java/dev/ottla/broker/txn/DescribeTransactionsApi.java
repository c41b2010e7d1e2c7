package dev.ottla.broker.txn;

import dev.ottla.base.ErrorCode;
import dev.ottla.broker.api.ApiHandler;
import dev.ottla.broker.api.RequestContext;
import dev.ottla.broker.coordination.CoordinatorApi;
import dev.ottla.broker.coordination.Gathering;
import dev.ottla.broker.wire.ApiKeys;
import dev.ottla.coordinator.runtime.Waiter;
import java.util.List;
import org.apache.kafka.common.message.DescribeTransactionsRequestData;
import org.apache.kafka.common.message.DescribeTransactionsResponseData;
import org.apache.kafka.common.message.DescribeTransactionsResponseData.TransactionState;

/** DescribeTransactions: transactional ids, each with its own error (KIP-664). */
final class DescribeTransactionsApi {
    private final TransactionCoordinators coordinators;

    private DescribeTransactionsApi(TransactionCoordinators coordinators) {
        this.coordinators = coordinators;
    }

    static ApiHandler api(TransactionCoordinators coordinators) {
        return CoordinatorApi.onVirtualThread(
                ApiKeys.DESCRIBE_TRANSACTIONS,
                DescribeTransactionsRequestData.class,
                new DescribeTransactionsApi(coordinators)::ask);
    }

    private void ask(
            RequestContext request,
            DescribeTransactionsRequestData message,
            Waiter<DescribeTransactionsResponseData> waiter) {
        List<String> ids = message.transactionalIds();
        Gathering<TransactionState> states = new Gathering<>(
                ids.size(), all -> waiter.answer(new DescribeTransactionsResponseData().setTransactionStates(all)));
        for (int i = 0; i < ids.size(); i++) {
            String id = ids.get(i);
            Waiter<TransactionState> one = states.waiter(
                    i,
                    (code, detail) ->
                            new TransactionState().setTransactionalId(id).setErrorCode(code.wireCode()));
            if (id.isEmpty()) {
                one.refuse(ErrorCode.INVALID_REQUEST, "");
            } else {
                coordinators.submit(id, one, (core, describing, step) -> step.answer(describing, core.describe(id)));
            }
        }
    }
}
