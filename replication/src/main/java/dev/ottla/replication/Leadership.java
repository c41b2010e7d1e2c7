package dev.ottla.replication;

import dev.ottla.base.ErrorCode;
import dev.ottla.metadata.PartitionImage;

/**
 * What this broker knows of a partition's leader and replicas.
 *
 * @param leaderId -1 for none
 * @param replicaCount brokers that are to hold the partition
 * @param inSyncCount of these, the ones in the ISR
 * @param isLocal this broker leads
 */
record Leadership(
        int leaderId, int leaderEpoch, int partitionEpoch, int replicaCount, int inSyncCount, boolean isLocal) {
    /** An epoch that the asker does not know. */
    static final int NO_EPOCH = -1;

    static Leadership of(PartitionImage image, int brokerId) {
        return new Leadership(
                image.leader(),
                image.leaderEpoch(),
                image.partitionEpoch(),
                image.replicas().size(),
                image.isr().size(),
                image.leader() == brokerId);
    }

    /** Fences askers with another idea of the epoch (KIP-320). */
    ErrorCode checkEpoch(int currentLeaderEpoch) {
        if (currentLeaderEpoch == NO_EPOCH || currentLeaderEpoch == leaderEpoch) {
            return ErrorCode.NONE;
        }
        return currentLeaderEpoch < leaderEpoch ? ErrorCode.FENCED_LEADER_EPOCH : ErrorCode.UNKNOWN_LEADER_EPOCH;
    }

    ErrorCode checkLeader(int currentLeaderEpoch) {
        ErrorCode epoch = checkEpoch(currentLeaderEpoch);
        return epoch != ErrorCode.NONE || isLocal ? epoch : ErrorCode.NOT_LEADER_OR_FOLLOWER;
    }

    /** Fewer replicas in sync than acks=all asks for; a topic of fewer replicas than min.insync.replicas needs only those it has. */
    boolean isUnderMinInsync(int minInsyncReplicas) {
        return inSyncCount < Math.min(minInsyncReplicas, replicaCount);
    }
}
