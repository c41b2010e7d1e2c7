package dev.ottla.broker.data;

import dev.ottla.base.Clock;
import dev.ottla.base.RandomSource;
import dev.ottla.broker.api.AdvertisedAddresses;
import dev.ottla.broker.api.ApiHandler;
import dev.ottla.broker.coordination.TransactionGate;
import dev.ottla.replication.Partitions;
import java.util.List;
import java.util.concurrent.Executor;

/** The handlers of this room, ready for the API table. */
public final class DataApis {
    private DataApis() {}

    /**
     * What the handlers need of the broker.
     *
     * @param workers threads that may block, such as {@link DataWorkers}
     * @param transactions asked before the first batch of a transaction is let into a partition
     * @param fetchMaxBytes fetch.max.bytes
     * @param fetchSessionSlots max.incremental.fetch.session.cache.slots
     */
    public record Services(
            Partitions partitions,
            int nodeId,
            AdvertisedAddresses addresses,
            TransactionGate transactions,
            Executor workers,
            Clock clock,
            RandomSource random,
            int fetchMaxBytes,
            int fetchSessionSlots) {}

    public static List<ApiHandler> all(Services services) {
        Partitions partitions = services.partitions();
        Leaders leaders = new Leaders(partitions, services.nodeId(), services.addresses());
        FetchReader reader = new FetchReader(partitions, services.fetchMaxBytes());
        FetchSessions sessions = new FetchSessions(services.fetchSessionSlots(), services.random());
        TransactionAdmission admission = new TransactionAdmission(services.transactions());
        return List.of(
                new ProduceHandler(partitions, leaders, admission, services.clock(), services.workers()),
                new FetchHandler(leaders, reader, sessions, services.clock(), services.workers()),
                ListOffsetsApi.api(partitions),
                OffsetForLeaderEpochApi.api(partitions),
                DeleteRecordsApi.api(partitions),
                DescribeProducersApi.api(partitions));
    }
}
