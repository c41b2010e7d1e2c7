package dev.ottla.broker.txn;

import dev.ottla.broker.api.ApiHandler;
import dev.ottla.broker.coordination.InternalTopic;
import dev.ottla.metadata.ClusterImage;
import java.util.List;
import java.util.function.Supplier;

/** The handlers of this room, ready for the API table. */
public final class TransactionApis {
    private TransactionApis() {}

    /**
     * What the handlers need of the broker.
     *
     * @param offsets where the groups' coordinators live
     */
    public record Services(
            TransactionCoordinators coordinators,
            MarkerWriter markers,
            ProducerIds producerIds,
            InternalTopic offsets,
            Supplier<ClusterImage> image) {}

    public static List<ApiHandler> all(Services services) {
        TransactionCoordinators coordinators = services.coordinators();
        return List.of(
                InitProducerIdApi.api(coordinators, services.producerIds()),
                AddPartitionsToTxnApi.api(coordinators, services.image()),
                AddOffsetsToTxnApi.api(coordinators, services.offsets()),
                EndTxnApi.api(coordinators),
                WriteTxnMarkersApi.api(services.markers()),
                DescribeTransactionsApi.api(coordinators),
                ListTransactionsApi.api(coordinators));
    }
}
