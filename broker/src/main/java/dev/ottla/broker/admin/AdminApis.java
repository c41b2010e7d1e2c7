package dev.ottla.broker.admin;

import dev.ottla.base.Clock;
import dev.ottla.broker.api.AdvertisedAddresses;
import dev.ottla.broker.api.ApiHandler;
import dev.ottla.controller.Controller;
import dev.ottla.metadata.ClusterImage;
import dev.ottla.replication.DataFolders;
import dev.ottla.replication.ReplicaMoves;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.common.Uuid;

/** The handlers of this room, ready for the API table. */
public final class AdminApis {
    private AdminApis() {}

    /**
     * What the handlers need of the broker.
     *
     * @param staticConfigs what stands in this broker's file and on its command line
     * @param directoryId of the folder with the metadata
     * @param metadataEndOffset how many events the metadata log has taken
     * @param maxPartitionsPerPage max.request.partition.size.limit
     */
    public record Services(
            Controller controller,
            DataFolders folders,
            ReplicaMoves moves,
            AdvertisedAddresses addresses,
            Clock clock,
            int nodeId,
            Map<String, String> staticConfigs,
            Uuid directoryId,
            LongSupplier metadataEndOffset,
            int maxPartitionsPerPage) {}

    public static List<ApiHandler> all(Services services) {
        Controller controller = services.controller();
        Supplier<ClusterImage> image = controller::image;
        return List.of(
                CreateTopicsApi.api(controller),
                DeleteTopicsApi.api(controller),
                CreatePartitionsApi.api(controller),
                AlterConfigsApi.api(controller),
                IncrementalAlterConfigsApi.api(controller),
                DescribeConfigsApi.api(image, services.nodeId(), services.staticConfigs()),
                ListConfigResourcesApi.api(image),
                ElectLeadersApi.api(controller),
                AlterPartitionReassignmentsApi.api(controller),
                ListPartitionReassignmentsApi.api(),
                DescribeTopicPartitionsApi.api(image, services.maxPartitionsPerPage()),
                DescribeClusterApi.api(image, services.nodeId(), services.addresses()),
                DescribeLogDirsApi.api(services.folders()),
                AlterReplicaLogDirsApi.api(services.moves()),
                UpdateFeaturesApi.api(controller),
                DescribeQuorumApi.api(
                        services.nodeId(),
                        services.directoryId(),
                        services.metadataEndOffset(),
                        services.addresses(),
                        services.clock()));
    }
}
