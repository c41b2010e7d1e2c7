package dev.ottla.coordinator.runtime;

import dev.ottla.base.Clock;
import dev.ottla.base.ErrorCode;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * The coordinators of a broker: a core for each partition of their topic that the broker leads. Any thread may submit; nobody waits in here but the loader, which
 * reads logs, and the thread that keeps the timers.
 */
public final class CoordinatorRuntime<C extends Core<E>, E> implements AutoCloseable {
    private final String name;
    private final EventFormat<E> format;
    private final Supplier<C> newCore;
    private final Clock clock;
    private final RuntimeSettings settings;
    private final Map<Integer, Shard<C, E>> shards = new ConcurrentHashMap<>();
    private final ExecutorService loader;
    private final Thread timerKeeper;
    private volatile boolean closed;

    /** @param name of the topic, for threads and log lines */
    public CoordinatorRuntime(
            String name, EventFormat<E> format, Supplier<C> newCore, Clock clock, RuntimeSettings settings) {
        this.name = name;
        this.format = format;
        this.newCore = newCore;
        this.clock = clock;
        this.settings = settings;
        this.loader = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().daemon().name(name + "-loader").factory());
        this.timerKeeper = Thread.ofPlatform().daemon().name(name + "-timers").start(this::keepTimers);
    }

    /** This broker leads a partition from now on: its log is read, then it is served. */
    public void lead(int partition, EventLog log) {
        Shard<C, E> shard = new Shard<>(
                name + "-" + partition,
                log,
                format,
                newCore,
                clock,
                settings,
                this::wakeTimers,
                () -> reload(partition));
        Shard<C, E> before = shards.put(partition, shard);
        if (before != null) {
            before.close();
        }
        reload(partition);
    }

    /** This broker no longer leads a partition. */
    public void resign(int partition) {
        Shard<C, E> shard = shards.remove(partition);
        if (shard != null) {
            shard.close();
        }
    }

    /** The partitions that are led here. */
    public Set<Integer> partitions() {
        return new TreeSet<>(shards.keySet());
    }

    /** Runs a command on a partition's core; the waiter is answered once what was decided is committed, or refused. */
    public <R> void submit(int partition, Waiter<R> waiter, CoreCommand<C, E, R> command) {
        submit(partition, BatchKind.PLAIN, waiter, command);
    }

    /**
     * Runs a command whose events are written as a batch of this kind.
     *
     * @param waiter refused with what the partition has against the batch, such as INVALID_PRODUCER_EPOCH or TRANSACTION_COORDINATOR_FENCED,
     *     before the command is run
     */
    public <R> void submit(int partition, BatchKind kind, Waiter<R> waiter, CoreCommand<C, E, R> command) {
        Shard<C, E> shard = shards.get(partition);
        if (shard == null) {
            waiter.refuse(ErrorCode.NOT_COORDINATOR, "This broker does not lead " + name + "-" + partition);
            return;
        }
        shard.submit(kind, waiter, command);
    }

    private void reload(int partition) {
        try {
            loader.execute(() -> {
                Shard<C, E> shard = shards.get(partition);
                if (shard != null) {
                    shard.load();
                }
            });
        } catch (RejectedExecutionException closing) {
            assert closed : closing;
        }
    }

    private void wakeTimers() {
        LockSupport.unpark(timerKeeper);
    }

    private void keepTimers() {
        while (!closed) {
            long next = Long.MAX_VALUE;
            for (Shard<C, E> shard : shards.values()) {
                if (shard.nextTimerMs() <= nowMs()) {
                    shard.runTimers();
                }
                next = Math.min(next, shard.nextTimerMs());
            }
            long pause = next - nowMs();
            if (next == Long.MAX_VALUE) {
                LockSupport.park(this);
            } else if (pause > 0) {
                LockSupport.parkNanos(this, pause * 1_000_000);
            }
        }
    }

    private long nowMs() {
        return clock.monotonicNanos() / 1_000_000;
    }

    @Override
    public void close() {
        closed = true;
        loader.close();
        partitions().forEach(this::resign);
        LockSupport.unpark(timerKeeper);
    }
}
