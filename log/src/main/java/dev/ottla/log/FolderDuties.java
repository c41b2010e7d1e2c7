package dev.ottla.log;

import java.io.IOException;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a data folder has to do from time to time. {@link #tick} says what is due; each duty runs on a storage thread, once at a time. */
final class FolderDuties {
    private static final Logger LOG = LoggerFactory.getLogger(FolderDuties.class);
    private static final long ROOM_CHECK_INTERVAL_MS = 1000;

    private final LogEnvironment environment;
    private final Supplier<Collection<PartitionLog>> logs;
    private final Duty[] duties;

    private interface Work {
        void run(long nowMs) throws IOException;
    }

    private static final class Duty {
        final long intervalMs;
        final Work work;
        final AtomicBoolean running = new AtomicBoolean();
        long dueMs;

        Duty(long firstMs, long intervalMs, Work work) {
            this.dueMs = firstMs;
            this.intervalMs = intervalMs;
            this.work = work;
        }
    }

    FolderDuties(LogEnvironment environment, Supplier<Collection<PartitionLog>> logs) {
        this.environment = environment;
        this.logs = logs;
        FolderSettings settings = environment.settings();
        this.duties = new Duty[] {
            every(settings.retentionCheckIntervalMs(), this::retain),
            every(settings.checkpointIntervalMs(), now -> {
                environment.checkpoints().writeRecoveryPoints();
                environment.checkpoints().writeLogStarts();
            }),
            every(
                    settings.highWatermarkCheckpointIntervalMs(),
                    now -> environment.checkpoints().writeHighWatermarks()),
            every(settings.producerIdExpirationCheckIntervalMs(), this::expireProducers),
            every(settings.idleCloseMs(), now -> logs.get().forEach(log -> log.maintain(log.closer()::closeIdle))),
            every(0, environment.deletes()::run),
            every(0, this::flushDue),
            every(ROOM_CHECK_INTERVAL_MS, now -> environment.lookAtRoomAndBallast()),
            every(0, this::checkpointJournal),
        };
    }

    private Duty every(long intervalMs, Work work) {
        return new Duty(environment.clock().wallMs() + intervalMs, intervalMs, work);
    }

    /** Called again and again, by one thread. */
    void tick() {
        long nowMs = environment.clock().wallMs();
        if (environment.health().failure() != null) {
            return;
        }
        for (Duty duty : duties) {
            boolean clockWentBack = duty.dueMs - nowMs > duty.intervalMs;
            if ((nowMs >= duty.dueMs || clockWentBack) && duty.running.compareAndSet(false, true)) {
                duty.dueMs = nowMs + duty.intervalMs;
                environment.storage().execute(() -> run(duty, nowMs));
            }
        }
    }

    private void run(Duty duty, long nowMs) {
        try {
            duty.work.run(nowMs);
        } catch (IOException trouble) {
            LOG.warn(
                    "{}",
                    environment
                            .health()
                            .storageError("doing periodic work", trouble)
                            .getMessage());
        } finally {
            duty.running.set(false);
        }
    }

    private void retain(long nowMs) {
        logs.get().forEach(log -> log.maintain(() -> log.applyRetention(nowMs)));
    }

    private void expireProducers(long nowMs) {
        logs.get().forEach(log -> log.maintain(() -> log.producers().expire(nowMs)));
    }

    private void flushDue(long nowMs) {
        for (PartitionLog log : logs.get()) {
            if (log.flusher().isDue(nowMs)) {
                log.maintain(log::flush);
            }
        }
    }

    private void checkpointJournal(long nowMs) throws IOException {
        FolderJournal journal = environment.journal();
        if (journal != null) {
            journal.checkpointIfDue(nowMs);
        }
    }
}
