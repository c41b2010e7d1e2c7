package dev.ottla.log;

import dev.ottla.base.TopicPartition;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The partitions whose folders are gone although something was in them, and the journal entries that are kept of partitions. */
final class MissingPartitions {
    private final FolderHealth health;
    private final KeptJournals kept;
    private final Set<ReplayPlan.Key> missing = ConcurrentHashMap.newKeySet();

    MissingPartitions(FolderHealth health, JournalRecovery recovery) {
        this.health = health;
        this.kept = recovery.kept();
        missing.addAll(recovery.missing());
    }

    boolean has(TopicPartition partition) {
        return missing.contains(keyOf(partition));
    }

    /** Nobody wants it back. */
    void forget(TopicPartition partition) {
        if (missing.remove(keyOf(partition))) {
            forgetKept(partition);
        }
    }

    /** Nobody wants what is kept of it. */
    void forgetKept(TopicPartition partition) {
        try {
            kept.drop(keyOf(partition));
        } catch (IOException trouble) {
            throw health.storageError("forgetting what was kept of " + partition, trouble);
        }
    }

    private static ReplayPlan.Key keyOf(TopicPartition partition) {
        return new ReplayPlan.Key(partition.topicId(), partition.partition());
    }
}
