package dev.ottla.controller;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.metadata.PartitionImage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Which brokers hold a partition, and in which data folder. */
final class Placement {
    private final DecisionContext context;
    private final Directories directories;

    Placement(DecisionContext context) {
        this.context = context;
        this.directories = new Directories(context.image());
    }

    /**
     * Replicas spread over all brokers in turn, from a random first one.
     *
     * @throws OttlaException INVALID_REPLICATION_FACTOR when there are fewer brokers than replicas
     */
    List<PartitionImage> place(int firstPartition, int count, int replicationFactor) {
        List<Integer> brokers =
                context.image().brokers().keySet().stream().sorted().toList();
        if (brokers.size() < replicationFactor) {
            throw new OttlaException(
                    ErrorCode.INVALID_REPLICATION_FACTOR,
                    "Unable to replicate the partition " + replicationFactor
                            + " time(s): The target replication factor of " + replicationFactor
                            + " cannot be reached because only " + brokers.size() + " broker(s) are registered.");
        }
        int start = Math.floorMod((int) context.random().nextLong(), brokers.size());
        List<PartitionImage> partitions = new ArrayList<>(count);
        for (int partition = firstPartition; partition < firstPartition + count; partition++) {
            List<Integer> replicas = new ArrayList<>(replicationFactor);
            for (int i = 0; i < replicationFactor; i++) {
                replicas.add(brokers.get(Math.floorMod(start + partition + i, brokers.size())));
            }
            partitions.add(created(partition, replicas));
        }
        return partitions;
    }

    /** A new partition of given replicas, each in the data folder that suits best. */
    PartitionImage created(int partition, List<Integer> replicas) {
        return directories.choose(PartitionImage.created(partition, replicas));
    }

    /**
     * Checks replicas that a person chose.
     *
     * @param expectedReplicas 0 when any number is right
     * @throws OttlaException INVALID_REPLICA_ASSIGNMENT with Kafka's message
     */
    void check(List<Integer> replicas, int expectedReplicas) {
        if (replicas.isEmpty()) {
            throw refused("The manual partition assignment includes an empty replica list.");
        }
        Set<Integer> known = context.image().brokers().keySet();
        Set<Integer> seen = new HashSet<>();
        for (int brokerId : replicas.stream().sorted().toList()) {
            if (!known.contains(brokerId)) {
                throw refused("The manual partition assignment includes broker " + brokerId
                        + ", but no such broker is registered.");
            }
            if (!seen.add(brokerId)) {
                throw refused("The manual partition assignment includes the broker " + brokerId + " more than once.");
            }
        }
        if (expectedReplicas != 0 && replicas.size() != expectedReplicas) {
            throw refused("The manual partition assignment includes a partition with " + replicas.size()
                    + " replica(s), but this is not consistent with previous partitions, which have "
                    + expectedReplicas + " replica(s).");
        }
    }

    static OttlaException refused(String message) {
        return new OttlaException(ErrorCode.INVALID_REPLICA_ASSIGNMENT, message);
    }
}
