package dev.ottla.log;

import dev.ottla.base.Clock;
import dev.ottla.base.OttlaException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cleans the logs of a broker whose cleanup.policy compacts, in all its data folders: those first whose dirty part is the largest, as Kafka's LogCleaner
 * does. On platform threads of its own, which leave room for everybody else (CleanerPace): priorities of threads mean nothing on Linux. A log that cannot be cleaned is marked and left alone; the others go on.
 */
public final class Compaction implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Compaction.class);

    private final Supplier<CompactionSettings> source;
    private final Clock clock;
    private final CleanerPace pace;
    private final List<LogFolder> folders = new CopyOnWriteArrayList<>();
    private final Set<PartitionLog> inProgress = ConcurrentHashMap.newKeySet();
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicLong cleanings = new AtomicLong();
    private final AtomicLong bytesBefore = new AtomicLong();
    private final AtomicLong bytesAfter = new AtomicLong();
    private volatile CompactionSettings settings;
    private volatile boolean closed;

    /** A log that is due. */
    private record Candidate(PartitionLog log, CleanableRange range) {}

    /**
     * What has been done since the start, and what cannot be.
     *
     * @param bytesBefore of the segments that were cleaned, {@code bytesAfter} of those that took their place
     * @param uncleanablePartitions logs that are marked
     */
    public record Stats(long cleanings, long bytesBefore, long bytesAfter, int uncleanablePartitions) {}

    /** @param settings asked again and again, so that they may change; whether cleaning is enabled at all is asked once */
    public Compaction(Supplier<CompactionSettings> settings, Clock clock) {
        this(settings, clock, LockSupport::parkNanos);
    }

    /** @param rest waits about so many nanoseconds */
    Compaction(Supplier<CompactionSettings> settings, Clock clock, LongConsumer rest) {
        this.source = settings;
        this.settings = settings.get();
        this.clock = clock;
        this.pace = new CleanerPace(clock, () -> this.settings.maxIoBytesPerSecond(), rest);
    }

    /** Cleans the logs of this folder too, from now on; until the folder is closed. */
    public void watch(LogFolder folder) {
        folders.add(folder);
    }

    /** Leaves the logs of a folder alone; a cleaning that is under way ends when its log is closed. */
    public void forget(LogFolder folder) {
        folders.remove(folder);
    }

    /** Starts the threads, unless cleaning is switched off. */
    public void start() {
        if (settings.enabled()) {
            startThreads(Math.max(1, settings.threads()));
        }
    }

    private void startThreads(int wanted) {
        synchronized (threads) {
            threads.removeIf(thread -> !thread.isAlive());
            for (int i = threads.size(); i < wanted && !closed; i++) {
                int number = i;
                threads.add(Thread.ofPlatform()
                        .daemon(true)
                        .name("ottla-cleaner-" + number)
                        .start(() -> run(number)));
            }
        }
    }

    public Stats stats() {
        int uncleanable = 0;
        for (LogFolder folder : folders) {
            for (PartitionLog log : folder.logs()) {
                uncleanable += log.uncleanableReason() == null ? 0 : 1;
            }
        }
        return new Stats(cleanings.get(), bytesBefore.get(), bytesAfter.get(), uncleanable);
    }

    /** The first thread stays whatever their number, and starts the others. */
    private void run(int number) {
        while (!closed && (number == 0 || number < settings.threads())) {
            boolean cleaned;
            try {
                settings = source.get();
                if (number == 0) {
                    startThreads(settings.threads());
                }
                cleaned = number < settings.threads() && cleanDirtiest();
            } catch (RuntimeException unexpected) {
                LOG.error("The search for logs to clean failed", unexpected);
                cleaned = false;
            }
            if (!cleaned) {
                backOff();
            }
        }
    }

    private void backOff() {
        long until = clock.monotonicNanos() + Math.max(1, settings.backoffMs()) * 1_000_000;
        for (long left = 1; left > 0 && !closed; left = until - clock.monotonicNanos()) {
            LockSupport.parkNanos(this, until - clock.monotonicNanos());
        }
    }

    /** Cleans the dirtiest of the logs that are due; whether there was one. Blocks. */
    boolean cleanDirtiest() {
        Candidate dirtiest = takeDirtiest();
        if (dirtiest == null) {
            return false;
        }
        try {
            return clean(dirtiest.log());
        } finally {
            inProgress.remove(dirtiest.log());
        }
    }

    private synchronized @Nullable Candidate takeDirtiest() {
        Candidate dirtiest = null;
        for (LogFolder folder : folders) {
            if (folder.failure() != null) {
                continue;
            }
            for (PartitionLog log : folder.logs()) {
                CleanableRange range = inProgress.contains(log) ? null : due(log);
                if (range != null
                        && (dirtiest == null
                                || range.dirtyRatio() > dirtiest.range().dirtyRatio())) {
                    dirtiest = new Candidate(log, range);
                }
            }
        }
        if (dirtiest != null) {
            inProgress.add(dirtiest.log());
        }
        return dirtiest;
    }

    private @Nullable CleanableRange due(PartitionLog log) {
        LogConfig config = log.config();
        if (!config.compacts()
                || log.offlineReason() != null
                || log.uncleanableReason() != null
                || log.state().unusable() != null) {
            return null;
        }
        try {
            return range(log.state(), config.compaction());
        } catch (IOException trouble) {
            if (log.state().unusable() == null) {
                throw log.state().storageError("looking for what to clean", trouble);
            }
            return null;
        }
    }

    private @Nullable CleanableRange range(LogState state, CompactionConfig config) throws IOException {
        long nowMs = clock.wallMs();
        CleanableRange range = CleanableRange.of(state, nowMs);
        LogJournal journal = state.journal;
        if (journal != null
                && !range.isDue(config)
                && CleanableRange.onceSettled(state, nowMs).isDue(config)) {
            journal.settle();
            range = CleanableRange.of(state, nowMs);
        }
        return range.isDue(config) ? range : null;
    }

    private boolean clean(PartitionLog log) {
        LogState state = log.state();
        if (!state.cleaning.begin()) {
            return false;
        }
        long begunNanos = clock.monotonicNanos();
        try {
            long nowMs = clock.wallMs();
            CleanableRange range = CleanableRange.of(state, nowMs);
            CleanerPace.Runner runner = pace.runner(() -> closed || state.cleaning.mustStop());
            LogCleaner.Result result = new LogCleaner(state, settings, runner, nowMs).clean(range);
            cleanings.incrementAndGet();
            bytesBefore.addAndGet(result.bytesBefore());
            bytesAfter.addAndGet(result.bytesAfter());
            LOG.info(
                    "Compacted {} from offset {} to {}: {} segments of {} bytes are {} of {} now, in {} ms",
                    state.partition,
                    result.fromOffset(),
                    result.toOffset(),
                    result.segmentsBefore(),
                    result.bytesBefore(),
                    result.groups(),
                    result.bytesAfter(),
                    (clock.monotonicNanos() - begunNanos) / 1_000_000);
            return true;
        } catch (CleaningStoppedException stopped) {
            LOG.debug("Compaction of {} was given up: {}", state.partition, stopped.getMessage());
            return false;
        } catch (DamagedLogException damage) {
            markUncleanable(state, damage);
            return false;
        } catch (IOException trouble) {
            return failed(state, trouble);
        } catch (RuntimeException unexpected) {
            markUncleanable(state, unexpected);
            return false;
        } finally {
            state.cleaning.end();
        }
    }

    private static boolean failed(LogState state, IOException trouble) {
        if (state.unusable() == null) {
            OttlaException told = state.storageError("compacting the log", trouble);
            LOG.warn("Compaction of {} failed: {}", state.partition, told.getMessage());
        }
        return false;
    }

    private static void markUncleanable(LogState state, Exception why) {
        LOG.error(
                "{} cannot be compacted and is left as it is until a restart; the other logs are not affected",
                state.partition,
                why);
        state.uncleanable = String.valueOf(why.getMessage());
    }

    /** Stops the threads; a cleaning that is under way is given up. Blocks until they have let go. */
    @Override
    public void close() {
        closed = true;
        List<Thread> started;
        synchronized (threads) {
            started = List.copyOf(threads);
        }
        started.forEach(LockSupport::unpark);
        boolean interrupted = false;
        for (Thread thread : started) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException again) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
