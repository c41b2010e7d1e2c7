package dev.ottla.coordinator.runtime;

import dev.ottla.base.Clock;
import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One partition's core with its log. Commands run one after another, on their callers' threads, under a short lock that is never held while something waits
 * for a disk. The state runs ahead of what is committed; answers do not. When an append fails, or the state's log is led by another, the state is thrown away. Replies go out behind the lock,
 * since one may bring the next command of its connection.
 *
 * <pre>
 * LOADING --read--> ACTIVE --append failed--> LOADING
 *    any --closed--> CLOSED
 * </pre>
 */
final class Shard<C extends Core<E>, E> {
    private static final Logger LOG = LoggerFactory.getLogger(Shard.class);

    private enum State {
        LOADING,
        ACTIVE,
        CLOSED
    }

    private final String name;
    private final EventLog log;
    private final EventFormat<E> format;
    private final Supplier<C> newCore;
    private final Clock clock;
    private final RuntimeSettings settings;
    private final Runnable onTimersChanged;
    private final Runnable reload;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Decided<E>> awaitingCommit = new ArrayDeque<>();
    private State state = State.LOADING;
    private C core;
    private volatile long nextTimerMs = Long.MAX_VALUE;
    /** The log's committed offset may have moved since the lock's owner looked. */
    private volatile boolean moved;

    /** A step that is written up to an offset. */
    private record Decided<E>(Step<E> step, long endOffset, long giveUpMs) {}

    /**
     * @param onTimersChanged told when a timer may be due earlier than before
     * @param reload has {@link #load} called soon, on a thread that may block
     */
    Shard(
            String name,
            EventLog log,
            EventFormat<E> format,
            Supplier<C> newCore,
            Clock clock,
            RuntimeSettings settings,
            Runnable onTimersChanged,
            Runnable reload) {
        this.name = name;
        this.log = log;
        this.format = format;
        this.newCore = newCore;
        this.core = newCore.get();
        this.clock = clock;
        this.settings = settings;
        this.onTimersChanged = onTimersChanged;
        this.reload = reload;
        log.watch(this::onProgress);
    }

    /** Reads the log into a new state and serves. Blocks. */
    void load() {
        C fresh = newCore.get();
        long startedNanos = clock.monotonicNanos();
        long[] read = new long[1];
        try {
            log.replay(new EventLog.Reader() {
                @Override
                public void record(BatchKind kind, ByteBuffer key, @Nullable ByteBuffer value) {
                    E event = format.decode(kind, key, value);
                    if (event != null) {
                        fresh.replay(event);
                    }
                    read[0]++;
                }

                @Override
                public void end(long producerId, boolean commit) {
                    fresh.replayEnd(producerId, commit);
                }
            });
        } catch (IOException | OttlaException e) {
            LOG.error("{} cannot be read, so what it coordinates is not served: {}", name, e.toString());
            return;
        }
        List<Runnable> replies = new ArrayList<>();
        lock.lock();
        try {
            if (state != State.LOADING) {
                return;
            }
            core = fresh;
            state = State.ACTIVE;
            Step<E> step = new Step<>(now());
            fresh.resume(step);
            decided(step, BatchKind.PLAIN, replies);
        } finally {
            leave();
        }
        replies.forEach(Runnable::run);
        if (read[0] > 0) {
            LOG.info(
                    "{}: {} records read in {} ms", name, read[0], (clock.monotonicNanos() - startedNanos) / 1_000_000);
        }
    }

    <R> void submit(BatchKind kind, Waiter<R> waiter, CoreCommand<C, E, R> command) {
        List<Runnable> replies = new ArrayList<>(2);
        ErrorCode refusal = null;
        String detail = "";
        lock.lock();
        try {
            switch (state) {
                case LOADING -> refusal = ErrorCode.COORDINATOR_LOAD_IN_PROGRESS;
                case CLOSED -> refusal = ErrorCode.NOT_COORDINATOR;
                case ACTIVE -> {
                    Step<E> step = new Step<>(now());
                    try {
                        admit(kind);
                        command.run(core, waiter, step);
                        if (kind instanceof BatchKind.End && !step.events().isEmpty()) {
                            throw new IllegalStateException("The end of a transaction is a batch of its own");
                        }
                    } catch (OttlaException e) {
                        refusal = e.code();
                        detail = String.valueOf(e.getMessage());
                        if (!step.events().isEmpty()) {
                            abandon(ErrorCode.COORDINATOR_NOT_AVAILABLE, replies, "a command ended half-way");
                        }
                    } catch (RuntimeException e) {
                        LOG.error("A command to {} failed; its state is read again", name, e);
                        refusal = ErrorCode.UNKNOWN_SERVER_ERROR;
                        abandon(ErrorCode.COORDINATOR_NOT_AVAILABLE, replies, "a command failed");
                    }
                    if (refusal == null) {
                        decided(step, kind, replies);
                    }
                }
            }
        } finally {
            leave();
        }
        replies.forEach(Runnable::run);
        if (refusal != null) {
            waiter.refuse(refusal, detail);
        }
    }

    /** Nothing in the core may have changed for a batch that the log does not take: a zombie's would have the state read again. */
    private void admit(BatchKind kind) {
        ErrorCode refusal = kind instanceof BatchKind.Plain ? ErrorCode.NONE : log.refusal(kind);
        if (refusal != ErrorCode.NONE) {
            throw new OttlaException(refusalOf(refusal), name + " does not take this batch");
        }
    }

    /** When it wants {@link #runTimers}, on the monotonic clock. */
    long nextTimerMs() {
        return nextTimerMs;
    }

    void runTimers() {
        List<Runnable> replies = new ArrayList<>();
        lock.lock();
        try {
            if (state != State.ACTIVE) {
                nextTimerMs = Long.MAX_VALUE;
                return;
            }
            Step<E> step = new Step<>(now());
            if (core.nextTimerMs() <= step.now().monotonicMs()) {
                core.onTimers(step);
            }
            decided(step, BatchKind.PLAIN, replies);
            giveUpOnWhatIsLate(step.now().monotonicMs(), replies);
        } catch (RuntimeException e) {
            LOG.error("A timer of {} failed; its state is read again", name, e);
            abandon(ErrorCode.COORDINATOR_NOT_AVAILABLE, replies, "a timer failed");
        } finally {
            leave();
        }
        replies.forEach(Runnable::run);
    }

    /** Serves no more; who waits is sent to look for the coordinator again. */
    void close() {
        List<Runnable> replies = new ArrayList<>();
        lock.lock();
        try {
            refuseAll(ErrorCode.NOT_COORDINATOR, replies, "The coordinator has moved");
            state = State.CLOSED;
            nextTimerMs = Long.MAX_VALUE;
        } finally {
            leave();
        }
        log.unwatch();
        replies.forEach(Runnable::run);
    }

    /** On whatever thread moved the partition, the journal's most of all: it must not wait for the lock. Whoever has it looks again. */
    private void onProgress() {
        moved = true;
        lookIfMoved();
    }

    private void leave() {
        lock.unlock();
        if (!lock.isHeldByCurrentThread()) {
            lookIfMoved();
        }
    }

    private void lookIfMoved() {
        while (moved && !lock.isHeldByCurrentThread() && lock.tryLock()) {
            List<Runnable> replies = new ArrayList<>();
            try {
                moved = false;
                collectCommitted(replies);
            } finally {
                lock.unlock();
            }
            replies.forEach(Runnable::run);
        }
    }

    /** Writes the step's events; its answers go out now, if all is committed, or later. Under the lock. */
    private void decided(Step<E> step, BatchKind kind, List<Runnable> replies) {
        try {
            long end = write(step, kind);
            if (!step.answersNobody()) {
                awaitingCommit.add(new Decided<>(step, end, step.now().monotonicMs() + settings.commitTimeoutMs()));
            }
        } catch (OttlaException e) {
            LOG.warn("{} takes no events, so its state is read again: {}", name, e.getMessage());
            String why = "The coordinator's log takes no events";
            replies.add(() -> step.refuse(refusalOf(e.code()), why));
            abandon(refusalOf(e.code()), replies, why);
            return;
        }
        collectCommitted(replies);
        long next = core.nextTimerMs();
        Decided<E> oldest = awaitingCommit.peek();
        if (oldest != null) {
            next = Math.min(next, oldest.giveUpMs());
        }
        boolean earlier = next < nextTimerMs;
        nextTimerMs = next;
        if (earlier) {
            onTimersChanged.run();
        }
    }

    private long write(Step<E> step, BatchKind kind) {
        boolean writesNothing = step.events().isEmpty() && !(kind instanceof BatchKind.End);
        return writesNothing
                ? log.endOffset()
                : log.append(kind, stored(step), step.now().wallMs());
    }

    private List<StoredEvent> stored(Step<E> step) {
        List<StoredEvent> stored = new ArrayList<>(step.events().size());
        for (E event : step.events()) {
            stored.add(format.encode(event));
        }
        return stored;
    }

    private void collectCommitted(List<Runnable> replies) {
        if (awaitingCommit.isEmpty()) {
            return;
        }
        long committed = log.committedOffset();
        Decided<E> oldest = awaitingCommit.peek();
        while (oldest != null && oldest.endOffset() <= committed) {
            replies.add(oldest.step()::release);
            awaitingCommit.poll();
            oldest = awaitingCommit.peek();
        }
    }

    private void giveUpOnWhatIsLate(long nowMs, List<Runnable> replies) {
        Decided<E> oldest = awaitingCommit.peek();
        while (oldest != null && oldest.giveUpMs() <= nowMs) {
            awaitingCommit.poll();
            Step<E> late = oldest.step();
            replies.add(() -> late.refuse(ErrorCode.COORDINATOR_NOT_AVAILABLE, "It is not committed yet"));
            oldest = awaitingCommit.peek();
        }
    }

    /** The state is ahead of a log that did not follow: read it again. Under the lock. */
    private void abandon(ErrorCode code, List<Runnable> replies, String why) {
        refuseAll(code, replies, why);
        core = newCore.get();
        state = State.LOADING;
        nextTimerMs = Long.MAX_VALUE;
        reload.run();
    }

    private void refuseAll(ErrorCode code, List<Runnable> replies, String why) {
        awaitingCommit.forEach(decided -> replies.add(() -> decided.step().refuse(code, why)));
        awaitingCommit.clear();
        core.waiting().forEach(waiter -> replies.add(() -> waiter.refuse(code, why)));
    }

    /** As Kafka's coordinators translate what their log answers. */
    private static ErrorCode refusalOf(ErrorCode code) {
        return switch (code) {
            case UNKNOWN_TOPIC_OR_PARTITION, NOT_ENOUGH_REPLICAS, REQUEST_TIMED_OUT ->
                ErrorCode.COORDINATOR_NOT_AVAILABLE;
            case NOT_LEADER_OR_FOLLOWER, KAFKA_STORAGE_ERROR -> ErrorCode.NOT_COORDINATOR;
            case MESSAGE_TOO_LARGE, RECORD_LIST_TOO_LARGE, INVALID_FETCH_SIZE -> ErrorCode.UNKNOWN_SERVER_ERROR;
            default -> code;
        };
    }

    private Now now() {
        return new Now(clock.wallMs(), clock.monotonicNanos() / 1_000_000);
    }
}
