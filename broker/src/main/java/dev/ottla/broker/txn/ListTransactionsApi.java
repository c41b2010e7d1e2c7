package dev.ottla.broker.txn;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.broker.api.ApiHandler;
import dev.ottla.broker.api.RequestContext;
import dev.ottla.broker.coordination.CoordinatorApi;
import dev.ottla.broker.coordination.Gathering;
import dev.ottla.broker.wire.ApiKeys;
import dev.ottla.coordinator.runtime.Waiter;
import dev.ottla.coordinator.txn.TransactionStatus;
import java.util.List;
import org.apache.kafka.common.message.ListTransactionsRequestData;
import org.apache.kafka.common.message.ListTransactionsResponseData;
import org.apache.kafka.common.message.ListTransactionsResponseData.TransactionState;
import org.jspecify.annotations.Nullable;

/** ListTransactions: the transactional ids that are coordinated here, filtered (KIP-664, KIP-994, KIP-1152). */
final class ListTransactionsApi {
    private final TransactionCoordinators coordinators;

    private ListTransactionsApi(TransactionCoordinators coordinators) {
        this.coordinators = coordinators;
    }

    static ApiHandler api(TransactionCoordinators coordinators) {
        return CoordinatorApi.onVirtualThread(
                ApiKeys.LIST_TRANSACTIONS,
                ListTransactionsRequestData.class,
                new ListTransactionsApi(coordinators)::ask);
    }

    /** What one coordinator has, or why it cannot say. */
    private record Part(ErrorCode error, List<TransactionState> states) {}

    private void ask(
            RequestContext request, ListTransactionsRequestData message, Waiter<ListTransactionsResponseData> waiter) {
        checkPattern(message.transactionalIdPattern());
        List<Integer> partitions = List.copyOf(coordinators.ledPartitions());
        Gathering<Part> parts = new Gathering<>(partitions.size(), all -> waiter.answer(whole(message, all)));
        for (int i = 0; i < partitions.size(); i++) {
            Waiter<Part> one = parts.waiter(i, (code, detail) -> new Part(code, List.of()));
            coordinators.submit(
                    partitions.get(i),
                    one,
                    (core, listing, step) -> step.answer(
                            listing,
                            new Part(
                                    ErrorCode.NONE,
                                    core.list(message, step.now().wallMs()))));
        }
    }

    private static void checkPattern(@Nullable String pattern) {
        try {
            if (pattern != null) {
                Pattern.compile(pattern);
            }
        } catch (PatternSyntaxException e) {
            throw new OttlaException(ErrorCode.INVALID_REGULAR_EXPRESSION, String.valueOf(e.getMessage()));
        }
    }

    private static ListTransactionsResponseData whole(ListTransactionsRequestData asked, List<Part> parts) {
        ListTransactionsResponseData response = new ListTransactionsResponseData();
        for (Part part : parts) {
            // One that has just moved is listed by its new coordinator.
            if (part.error() != ErrorCode.NONE && part.error() != ErrorCode.NOT_COORDINATOR) {
                return new ListTransactionsResponseData()
                        .setErrorCode(part.error().wireCode());
            }
            response.transactionStates().addAll(part.states());
        }
        for (String state : asked.stateFilters()) {
            if (!TransactionStatus.isKnown(state)) {
                response.unknownStateFilters().add(state);
            }
        }
        return response;
    }
}
