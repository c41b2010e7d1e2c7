package dev.ottla.metadata;

import dev.ottla.base.DirectoryId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Who has a partition and who leads it.
 *
 * @param leader the leading broker's id, {@link #NO_LEADER} when none is alive
 * @param leaderEpoch one more at every change of leader (KIP-101)
 * @param partitionEpoch one more at every change of anything here (KIP-497)
 * @param replicas all brokers that hold it, the preferred leader first; never empty
 * @param isr the replicas that have all acknowledged records
 * @param directories for each of the replicas, in their order, the data folder that holds it (KIP-858)
 */
public record PartitionImage(
        int partition,
        int leader,
        int leaderEpoch,
        int partitionEpoch,
        List<Integer> replicas,
        List<Integer> isr,
        List<DirectoryId> directories) {
    public static final int NO_LEADER = -1;

    public PartitionImage {
        replicas = List.copyOf(replicas);
        isr = List.copyOf(isr);
        directories = List.copyOf(directories);
        if (replicas.isEmpty()) {
            throw new IllegalArgumentException("Partition " + partition + " has no replicas");
        }
        if (directories.size() != replicas.size()) {
            throw new IllegalArgumentException("Partition " + partition + " has " + replicas.size() + " replicas, but "
                    + directories.size() + " directories");
        }
    }

    /** A new partition: all replicas in sync, the first one leads, epochs from zero, folders to be chosen. */
    public static PartitionImage created(int partition, List<Integer> replicas) {
        return created(partition, replicas, replicas);
    }

    /** A new partition of which only some replicas are alive; the first of these leads. */
    public static PartitionImage created(int partition, List<Integer> replicas, List<Integer> isr) {
        return new PartitionImage(partition, isr.getFirst(), 0, 0, replicas, isr, unassigned(replicas.size()));
    }

    /** Directories of replicas that nobody has assigned any. */
    static List<DirectoryId> unassigned(int replicaCount) {
        return Collections.nCopies(replicaCount, DirectoryId.UNASSIGNED);
    }

    /** The same leader under a new epoch: clients look again at a log that may have lost its tail. */
    public PartitionImage withBumpedEpoch() {
        return ledBy(leader, isr);
    }

    /** Another leader under a new epoch; one that was not in sync becomes the only one that is. */
    public PartitionImage ledBy(int newLeader) {
        return ledBy(newLeader, isr.contains(newLeader) ? isr : List.of(newLeader));
    }

    /** Nobody leads; who was last in sync stays so, and may lead again. */
    public PartitionImage withoutLeader() {
        return ledBy(NO_LEADER, isr);
    }

    private PartitionImage ledBy(int newLeader, List<Integer> newIsr) {
        return new PartitionImage(
                partition, newLeader, leaderEpoch + 1, partitionEpoch + 1, replicas, newIsr, directories);
    }

    /** A broker's replica in another data folder. */
    public PartitionImage inDirectory(int brokerId, DirectoryId directory) {
        return new PartitionImage(
                partition, leader, leaderEpoch, partitionEpoch + 1, replicas, isr, with(brokerId, directory));
    }

    /** As it is created: the folder belongs to the epoch that begins it. */
    public PartitionImage createdIn(int brokerId, DirectoryId directory) {
        return new PartitionImage(
                partition, leader, leaderEpoch, partitionEpoch, replicas, isr, with(brokerId, directory));
    }

    private List<DirectoryId> with(int brokerId, DirectoryId directory) {
        List<DirectoryId> after = new ArrayList<>(directories);
        after.set(replicas.indexOf(brokerId), directory);
        return after;
    }

    /** The data folder of a broker's replica; UNASSIGNED also when the broker has none. */
    public DirectoryId directoryOf(int brokerId) {
        int index = replicas.indexOf(brokerId);
        return index < 0 ? DirectoryId.UNASSIGNED : directories.get(index);
    }

    public int preferredLeader() {
        return replicas.getFirst();
    }
}
