package dev.ottla.metadata;

import java.util.List;

/**
 * Who has a partition and who leads it.
 *
 * @param leader the leading broker's id, {@link #NO_LEADER} when none is alive
 * @param leaderEpoch one more at every change of leader (KIP-101)
 * @param partitionEpoch one more at every change of anything here (KIP-497)
 * @param replicas all brokers that hold it, the preferred leader first; never empty
 * @param isr the replicas that have all acknowledged records
 */
public record PartitionImage(
        int partition, int leader, int leaderEpoch, int partitionEpoch, List<Integer> replicas, List<Integer> isr) {
    public static final int NO_LEADER = -1;

    public PartitionImage {
        replicas = List.copyOf(replicas);
        isr = List.copyOf(isr);
        if (replicas.isEmpty()) {
            throw new IllegalArgumentException("Partition " + partition + " has no replicas");
        }
    }

    /** A new partition: all replicas in sync, the first one leads, epochs from zero. */
    public static PartitionImage created(int partition, List<Integer> replicas) {
        return created(partition, replicas, replicas);
    }

    /** A new partition of which only some replicas are alive; the first of these leads. */
    public static PartitionImage created(int partition, List<Integer> replicas, List<Integer> isr) {
        return new PartitionImage(partition, isr.getFirst(), 0, 0, replicas, isr);
    }

    /** The same leader under a new epoch: clients look again at a log that may have lost its tail. */
    public PartitionImage withBumpedEpoch() {
        return new PartitionImage(partition, leader, leaderEpoch + 1, partitionEpoch + 1, replicas, isr);
    }

    /** Another leader under a new epoch; one that was not in sync becomes the only one that is. */
    public PartitionImage ledBy(int newLeader) {
        List<Integer> newIsr = isr.contains(newLeader) ? isr : List.of(newLeader);
        return new PartitionImage(partition, newLeader, leaderEpoch + 1, partitionEpoch + 1, replicas, newIsr);
    }

    public int preferredLeader() {
        return replicas.getFirst();
    }
}
