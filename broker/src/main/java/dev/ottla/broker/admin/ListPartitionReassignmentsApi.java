package dev.ottla.broker.admin;

import dev.ottla.broker.api.MessageApi;
import dev.ottla.broker.api.MessageHandler;
import dev.ottla.broker.api.RequestContext;
import dev.ottla.broker.wire.ApiKeys;
import org.apache.kafka.common.message.ListPartitionReassignmentsRequestData;
import org.apache.kafka.common.message.ListPartitionReassignmentsResponseData;

/** ListPartitionReassignments (KIP-455): on one broker none is ever under way. */
public final class ListPartitionReassignmentsApi
        implements MessageHandler<ListPartitionReassignmentsRequestData, ListPartitionReassignmentsResponseData> {
    public static MessageApi<ListPartitionReassignmentsRequestData, ListPartitionReassignmentsResponseData> api() {
        return MessageApi.onLoop(
                ApiKeys.LIST_PARTITION_REASSIGNMENTS,
                ListPartitionReassignmentsRequestData.class,
                new ListPartitionReassignmentsApi());
    }

    @Override
    public ListPartitionReassignmentsResponseData handle(
            RequestContext request, ListPartitionReassignmentsRequestData message) {
        return new ListPartitionReassignmentsResponseData().setErrorMessage(null);
    }
}
