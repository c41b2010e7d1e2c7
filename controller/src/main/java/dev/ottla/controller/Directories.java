package dev.ottla.controller;

import dev.ottla.base.DirectoryId;
import dev.ottla.metadata.BrokerImage;
import dev.ottla.metadata.ClusterImage;
import dev.ottla.metadata.PartitionImage;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the data folder of each new replica: of the folders that work on its broker the one with the fewest partitions, those placed
 * by the same command counted; of equals the first.
 */
final class Directories {
    private final ClusterImage image;
    private @Nullable Map<Integer, Map<DirectoryId, Integer>> counts;

    Directories(ClusterImage image) {
        this.image = image;
    }

    PartitionImage choose(PartitionImage created) {
        PartitionImage placed = created;
        for (int brokerId : created.replicas()) {
            BrokerImage broker = image.brokers().get(brokerId);
            List<DirectoryId> working = broker == null ? List.of() : broker.directories();
            if (working.size() == 1) {
                placed = placed.createdIn(brokerId, working.getFirst());
            } else if (!working.isEmpty()) {
                placed = placed.createdIn(brokerId, emptiest(brokerId));
            }
        }
        return placed;
    }

    private DirectoryId emptiest(int brokerId) {
        // Counted only when there is a choice: it takes a look at every partition.
        Map<Integer, Map<DirectoryId, Integer>> known = counts;
        if (known == null) {
            known = count(image);
            counts = known;
        }
        Map<DirectoryId, Integer> own = known.getOrDefault(brokerId, Map.of());
        DirectoryId chosen = DirectoryId.UNASSIGNED;
        int fewest = Integer.MAX_VALUE;
        for (Map.Entry<DirectoryId, Integer> each : own.entrySet()) {
            if (each.getValue() < fewest) {
                chosen = each.getKey();
                fewest = each.getValue();
            }
        }
        own.merge(chosen, 1, Integer::sum);
        return chosen;
    }

    private static Map<Integer, Map<DirectoryId, Integer>> count(ClusterImage image) {
        Map<Integer, Map<DirectoryId, Integer>> counts = new HashMap<>();
        for (BrokerImage broker : image.brokers().values()) {
            Map<DirectoryId, Integer> own = new LinkedHashMap<>();
            broker.directories().forEach(directory -> own.put(directory, 0));
            counts.put(broker.brokerId(), own);
        }
        image.topics().values().forEach(topic -> topic.partitions().forEach(partition -> count(partition, counts)));
        return counts;
    }

    private static void count(PartitionImage partition, Map<Integer, Map<DirectoryId, Integer>> counts) {
        for (int i = 0; i < partition.replicas().size(); i++) {
            Map<DirectoryId, Integer> own = counts.get(partition.replicas().get(i));
            if (own != null) {
                own.computeIfPresent(partition.directories().get(i), (directory, count) -> count + 1);
            }
        }
    }
}
