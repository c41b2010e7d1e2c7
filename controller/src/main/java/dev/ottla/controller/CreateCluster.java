package dev.ottla.controller;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.metadata.MetadataEvent;
import java.util.List;

/** Names a cluster that has no name yet; refuses a log that belongs to another one. The reply is whether it was new. */
public record CreateCluster(String clusterId) implements Command<Boolean> {
    @Override
    public Decision<Boolean> decide(DecisionContext context) {
        String known = context.image().clusterId();
        if (known.isEmpty()) {
            return new Decision<>(List.of(new MetadataEvent.ClusterCreated(clusterId)), true);
        }
        if (!known.equals(clusterId)) {
            throw new OttlaException(
                    ErrorCode.INCONSISTENT_CLUSTER_ID,
                    "The metadata log belongs to cluster " + known + ", not to " + clusterId);
        }
        return Decision.nothing(false);
    }
}
