package dev.ottla.coordinator.txn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.coordinator.txn.ModelProducer.Attempt;
import dev.ottla.coordinator.txn.ModelProducer.Fate;
import java.util.List;
import java.util.Set;

/** What must be true of transactions, as far as their producers know. */
final class TransactionChecks {
    private TransactionChecks() {}

    /** At any time. */
    static void noneIsTorn(long seed, List<Attempt> attempts, List<ModelPartition> partitions) {
        for (Attempt attempt : attempts) {
            for (int i = 0; i < partitions.size(); i++) {
                ModelPartition partition = partitions.get(i);
                boolean committed = partition.committed.contains(attempt.value);
                boolean aborted = partition.aborted.contains(attempt.value);
                assertThat(committed && aborted)
                        .as("seed %d: %s is torn in partition %d", seed, attempt.value, i)
                        .isFalse();
                if (attempt.fate == Fate.COMMITTED) {
                    assertThat(aborted)
                            .as("seed %d: %s was lost", seed, attempt.value)
                            .isFalse();
                } else if (attempt.fate != Fate.UNKNOWN && attempt.fate != Fate.COMMITTING) {
                    assertThat(committed)
                            .as("seed %d: aborted %s is read", seed, attempt.value)
                            .isFalse();
                }
            }
        }
    }

    /** In the end: what was told committed is committed wherever it was written; what nobody knows is whole or not there at all. */
    static void eachIsWhole(long seed, List<Attempt> attempts, List<ModelPartition> partitions) {
        for (Attempt attempt : attempts) {
            long committedIn = Set.copyOf(attempt.wrote).stream()
                    .filter(partition -> partitions.get(partition).committed.contains(attempt.value))
                    .count();
            if (attempt.fate == Fate.COMMITTED) {
                assertThat(committedIn)
                        .as("seed %d: %s is committed whole", seed, attempt.value)
                        .isEqualTo(Set.copyOf(attempt.wrote).size());
            } else if (attempt.fate == Fate.UNKNOWN) {
                assertThat(committedIn)
                        .as("seed %d: %s is torn", seed, attempt.value)
                        .isIn(0L, (long) Set.copyOf(attempt.wrote).size());
            }
        }
    }
}
