package dev.ottla.log;

import dev.ottla.base.ManyAtOnce;
import dev.ottla.base.OttlaException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Makes many logs durable: together, by one force of the volume, where that is to be had and pays; else each for itself. */
final class ManyLogs {
    private ManyLogs() {}

    /** Forces logs that are in use. Trouble has been reported to the folder's health when this returns, and what was not done is still due. */
    static void flush(Collection<PartitionLog> logs) {
        if (logs.isEmpty()) {
            return;
        }
        LogEnvironment environment = logs.iterator().next().state().environment;
        ForcedTogether together = environment.volume().together(logs.size());
        if (together == null) {
            logs.forEach(log -> log.maintain(log::flush));
            return;
        }
        List<PartitionLog> locked = new ArrayList<>();
        OttlaException error = null;
        try {
            flush(environment, logs, together, locked);
        } catch (OttlaException told) {
            error = told;
        } finally {
            for (PartitionLog log : locked) {
                log.state().maintenance.unlock();
                log.flusher().completeWaiters(error);
            }
        }
    }

    /** What was written stays locked until it is known whether it is durable: nothing else may be made of it meanwhile. */
    private static void flush(
            LogEnvironment environment,
            Collection<PartitionLog> logs,
            ForcedTogether together,
            List<PartitionLog> locked) {
        List<Flush> written = new ArrayList<>();
        try {
            for (PartitionLog log : logs) {
                log.maintain(() -> {
                    log.state().maintenance.lock();
                    locked.add(log);
                    written.add(write(log, together));
                });
            }
        } finally {
            // Also when one of them failed: segments count as sealed once they are written.
            finish(environment, together, written);
        }
    }

    private static Flush write(PartitionLog log, Forcing forcing) {
        log.state().requireUsable();
        try {
            return log.flusher().write(Long.MAX_VALUE, forcing);
        } catch (IOException trouble) {
            throw log.state().storageError("flushing the log", trouble);
        }
    }

    private static void finish(LogEnvironment environment, ForcedTogether together, Collection<Flush> written) {
        try {
            together.finish();
        } catch (IOException trouble) {
            written.forEach(Flush::undone);
            throw environment.health().storageError("forcing the volume", trouble);
        }
        written.forEach(Flush::done);
    }

    /**
     * Writes and closes logs, several at a time; what they had is durable when this returns.
     *
     * @throws IOException when that is not so for all of them
     */
    static void close(LogEnvironment environment, Collection<PartitionLog> logs) throws IOException {
        ForcedTogether together = environment.volume().together(logs.size());
        Forcing forcing = together == null ? new ForcedEach(environment.files()) : together;
        Queue<Flush> written = new ConcurrentLinkedQueue<>();
        ManyAtOnce.forEach(environment.settings().partitionsAtOnce(), logs, log -> {
            try {
                if (environment.health().failure() == null) {
                    Flush flush = log.closer().close(forcing);
                    if (flush != null) {
                        written.add(flush);
                    }
                }
            } catch (OttlaException trouble) {
                throw new IOException("Cannot close " + log.topicPartition(), trouble);
            }
        });
        if (environment.health().failure() != null) {
            return;
        }
        if (together == null) {
            written.forEach(Flush::done);
            return;
        }
        try {
            finish(environment, together, written);
        } catch (OttlaException trouble) {
            throw new IOException("Cannot force what was closed", trouble);
        }
    }
}
