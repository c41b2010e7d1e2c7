package dev.ottla.log;

import dev.ottla.base.Files;
import dev.ottla.base.ManyAtOnce;
import dev.ottla.base.TopicPartition;
import dev.ottla.log.journal.Journal;
import dev.ottla.log.journal.JournalSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a start does with the journal that the last process left, and with what was kept of earlier ones: it tells the logs where to cut, gives them
 * their entries back, keeps those that nobody could take, and only then lets the journal go on.
 */
final class JournalRecovery {
    private static final Logger LOG = LoggerFactory.getLogger(JournalRecovery.class);

    private final FolderSettings settings;
    private final @Nullable Journal journal;
    private final KeptJournals kept;
    private final Set<ReplayPlan.Key> missing = new HashSet<>();
    private final Map<ReplayPlan.Key, ReplayPlan> keptPlans = new ConcurrentHashMap<>();
    private final List<ReplayPlan.Key> taken = new ArrayList<>();
    private @Nullable FolderJournal shared;
    private @Nullable JournalReplay replay;
    private boolean clean;

    private JournalRecovery(FolderSettings settings, @Nullable Journal journal, KeptJournals kept) {
        this.settings = settings;
        this.journal = journal;
        this.kept = kept;
    }

    /** A journal that an earlier process left must be read even when none is wanted any more. */
    static JournalRecovery open(FolderSettings settings, Files files, FolderHealth health) throws IOException {
        Path folder = settings.folder().resolve(JournalSettings.FOLDER);
        KeptJournals kept = KeptJournals.read(files, settings.folder());
        if (settings.journalMaxBytes() == 0 && !files.exists(folder)) {
            return new JournalRecovery(settings, null, kept);
        }
        JournalSettings sizes = JournalSettings.defaults(settings.folder());
        if (settings.journalMaxBytes() > 0) {
            sizes = sizes.withMaxBytes(settings.journalMaxBytes());
        }
        Journal journal = Journal.open(files, sizes, trouble -> health.fail("writing the journal", trouble));
        return new JournalRecovery(settings, journal, kept);
    }

    /** What the logs write to from now on; null when they shall have no journal. */
    @Nullable
    FolderJournal shared(
            Supplier<Collection<PartitionLog>> logs, Checkpoints checkpoints, FolderHealth health, Ballast ballast) {
        if (journal != null && settings.journalMaxBytes() > 0) {
            shared = new FolderJournal(journal, logs, checkpoints, health, ballast);
        }
        return shared;
    }

    KeptJournals kept() {
        return kept;
    }

    /** Reads it for the first time; whether the segments can be taken as they are. */
    boolean read(boolean closedInOrder) throws IOException {
        if (journal == null) {
            clean = closedInOrder;
            return clean;
        }
        clean = closedInOrder && journal.isEmpty();
        replay = JournalReplay.read(journal);
        return clean;
    }

    /** Null when a log's segments alone say what is in it. */
    @Nullable
    ReplayPlan planOf(TopicPartition partition) throws IOException {
        ReplayPlan.Key key = new ReplayPlan.Key(partition.topicId(), partition.partition());
        if (kept.has(key) && (replay == null || !replay.hasEntries(key))) {
            ReplayPlan plan = keptPlans.get(key);
            if (plan == null) {
                plan = kept.plan(key);
                keptPlans.put(key, plan);
            }
            return plan;
        }
        return replay == null || clean ? null : replay.planOf(partition);
    }

    /** Gives the logs their entries back and has them forced: they are durable once {@code forcing} says so. */
    void replay(Collection<PartitionLog> logs, Forcing forcing) throws IOException {
        if (clean && kept.isEmpty()) {
            keepWhatNobodyTook(logs);
            return;
        }
        long batches = 0;
        JournalReplay from = replay;
        if (from != null && !clean) {
            batches = from.apply(logs);
        }
        for (PartitionLog log : logs) {
            batches += replayKept(log);
        }
        keepWhatNobodyTook(logs);
        if (batches > 0) {
            LOG.info("{} batches came back from the journal of {}", batches, settings.folder());
        }
        ManyAtOnce.forEach(settings.partitionsAtOnce(), logs, log -> {
            for (Segment segment : log.state().segments.all()) {
                segment.cutTail(forcing);
            }
            if (log.state().isLoaded() && log.flushedOffset() < log.endOffset()) {
                log.flusher().write(Long.MAX_VALUE, forcing).done();
            }
        });
    }

    private long replayKept(PartitionLog log) throws IOException {
        TopicPartition id = log.topicPartition();
        ReplayPlan.Key key = new ReplayPlan.Key(id.topicId(), id.partition());
        if (!kept.has(key) || !log.state().isLoaded()) {
            return 0;
        }
        taken.add(key);
        ReplayPlan plan = planOf(id);
        if (plan == null || (replay != null && replay.hasEntries(key))) {
            return 0;
        }
        long[] batches = new long[1];
        kept.replay(key, entry -> {
            if (JournalReplay.apply(entry, plan, log)) {
                batches[0]++;
            }
        });
        log.appender().replayed(plan);
        return batches[0];
    }

    /** The journal is about to forget: the entries of partitions that are damaged or gone are put where the next start finds them. */
    private void keepWhatNobodyTook(Collection<PartitionLog> logs) throws IOException {
        Set<ReplayPlan.Key> online = new HashSet<>();
        Set<ReplayPlan.Key> known = new HashSet<>();
        for (PartitionLog log : logs) {
            TopicPartition id = log.topicPartition();
            ReplayPlan.Key key = new ReplayPlan.Key(id.topicId(), id.partition());
            known.add(key);
            if (log.state().isLoaded()) {
                online.add(key);
            }
        }
        JournalReplay from = replay;
        if (from != null) {
            for (ReplayPlan plan : from.withEntries()) {
                if (!online.contains(plan.key())) {
                    if (!known.contains(plan.key())) {
                        LOG.error(
                                "The folder of {} is missing from {}, but the journal has records of it ({}): bring the folder back",
                                plan.key(),
                                settings.folder(),
                                plan.place());
                    }
                    kept.keep(plan, from);
                }
            }
        }
        missing.addAll(kept.keys());
        missing.removeAll(known);
    }

    /** Partitions whose folders are gone although something was in them. */
    Set<ReplayPlan.Key> missing() {
        return missing;
    }

    /** All that was loaded is forced: the journal begins anew, or ends here when none is wanted. */
    void start(@Nullable ThreadFactory thread, Executor storage) throws IOException {
        FolderJournal goesOn = shared;
        if (goesOn != null) {
            goesOn.start(thread, storage);
        } else if (journal != null) {
            journal.checkpoint(List.of(), journal.lastLsn() + 1);
            journal.close(true);
        }
        for (ReplayPlan.Key key : taken) {
            kept.drop(key);
        }
    }
}
