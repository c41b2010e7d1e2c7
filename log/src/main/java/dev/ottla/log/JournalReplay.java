package dev.ottla.log;

import dev.ottla.base.TopicId;
import dev.ottla.base.TopicPartition;
import dev.ottla.log.journal.EntryKind;
import dev.ottla.log.journal.Journal;
import dev.ottla.log.journal.JournalEntry;
import dev.ottla.log.journal.JournalVisitor;
import dev.ottla.log.journal.RecoveryPoint;
import dev.ottla.record.BatchHeader;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Brings segments back to what a journal says, in two passes over it: the first tells for each partition from where on to cut, the second applies what
 * was appended after that, in the order of the LSNs. Nothing of the journal changes meanwhile, so a crash on the way only starts it over.
 */
final class JournalReplay {
    private final Journal journal;
    private final Map<ReplayPlan.Key, ReplayPlan> plans = new HashMap<>();

    private JournalReplay(Journal journal) {
        this.journal = journal;
    }

    /** The first pass. */
    static JournalReplay read(Journal journal) throws IOException {
        JournalReplay replay = new JournalReplay(journal);
        for (RecoveryPoint point : journal.recoveryPoints()) {
            replay.plan(point.topic(), point.partition()).startAt(point);
        }
        journal.replay(entry -> replay.plan(entry.topic(), entry.partition()).add(entry));
        return replay;
    }

    private ReplayPlan plan(TopicId topic, int partition) {
        return plans.computeIfAbsent(new ReplayPlan.Key(topic, partition), ReplayPlan::new);
    }

    /** Null when the journal did not answer for the partition when the last process stopped. */
    @Nullable
    ReplayPlan planOf(TopicPartition partition) {
        ReplayPlan plan = plans.get(new ReplayPlan.Key(partition.topicId(), partition.partition()));
        return plan != null && plan.isInForce() ? plan : null;
    }

    /** Those that have something to lose. */
    List<ReplayPlan> withEntries() {
        return plans.values().stream().filter(ReplayPlan::hasEntries).toList();
    }

    /**
     * The second pass.
     *
     * @param logs loaded and cut as their plans say
     * @return how many batches were appended
     */
    long apply(Collection<PartitionLog> logs) throws IOException {
        Map<ReplayPlan.Key, Target> targets = new HashMap<>();
        for (PartitionLog log : logs) {
            ReplayPlan plan = planOf(log.topicPartition());
            if (plan != null && log.state().isLoaded()) {
                targets.put(plan.key(), new Target(plan, log));
            }
        }
        long[] applied = new long[1];
        journal.replay(entry -> {
            Target target = targets.get(new ReplayPlan.Key(entry.topic(), entry.partition()));
            if (target != null && apply(entry, target.plan(), target.log())) {
                applied[0]++;
            }
        });
        for (Target target : targets.values()) {
            target.log().appender().replayed(target.plan());
        }
        return applied[0];
    }

    private record Target(ReplayPlan plan, PartitionLog log) {}

    /** Appends what an entry carries to its log, unless the plan has it taken away later; whether it did. */
    static boolean apply(JournalEntry entry, ReplayPlan plan, PartitionLog log) throws IOException {
        if (entry.kind() != EntryKind.APPEND) {
            return false;
        }
        var batch = entry.payload();
        if (!plan.applies(entry, BatchHeader.lastOffset(batch, batch.position()))) {
            return false;
        }
        log.appender().replay(batch, entry.file() + " at position " + entry.position());
        return true;
    }

    /** Whether it has something that would be lost if it were forgotten. */
    boolean hasEntries(ReplayPlan.Key key) {
        ReplayPlan plan = plans.get(key);
        return plan != null && plan.hasEntries();
    }

    /** The entries of one partition, to be kept elsewhere. */
    void forEach(ReplayPlan plan, JournalVisitor user) throws IOException {
        journal.replay(entry -> {
            boolean its = plan.key().equals(new ReplayPlan.Key(entry.topic(), entry.partition()));
            if (its && entry.lsn() > plan.startLsn()) {
                user.entry(entry);
            }
        });
    }
}
