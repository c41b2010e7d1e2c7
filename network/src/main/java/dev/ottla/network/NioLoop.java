package dev.ottla.network;

import dev.ottla.base.Clock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loop: wait for sockets, serve those that are ready, run tasks, fire timers, then pump the connections that tasks and timers touched, so
 * that replies completed together leave together.
 */
final class NioLoop implements EventLoop {
    private static final Logger LOG = LoggerFactory.getLogger(NioLoop.class);
    private static final int READ_BYTES = 64 * 1024;
    private static final int TASKS_PER_TURN = 4096;

    final ServerContext server;
    final BufferPool pool;
    /** Where sockets are read to and frames are cut from; empty between reads. */
    final ByteBuffer readBuffer = ByteBuffer.allocateDirect(READ_BYTES);

    final ReplyStage stage = new ReplyStage();
    /** For reads into, and writes from, two buffers at once. */
    final ByteBuffer[] pair = new ByteBuffer[2];

    private final Clock clock;
    private final Selector selector;
    private final TaskQueue tasks = new TaskQueue();
    private final TimerWheel timers;
    private final Consumer<SelectionKey> onKey = this::serve;
    private final Consumer<TimerWheel.Entry> onTimer = this::fire;
    private final List<NioConnection> connections = new ArrayList<>();
    private final ArrayDeque<NioConnection> dirty = new ArrayDeque<>();
    private final ArrayDeque<NioConnection> memoryWaiters = new ArrayDeque<>();
    private final long sweepMs;
    private final Thread thread;
    /** The thread; after its end, whichever runs leftover tasks. */
    private volatile Thread owner;

    private volatile boolean asleep;
    private volatile boolean terminated;
    /** Also read by the acceptor, to choose the loop with the fewest. */
    private final AtomicInteger connectionCount = new AtomicInteger();

    private long nowNanos;
    private boolean draining;
    private long drainDeadlineNanos;

    NioLoop(ServerContext server, String name) throws IOException {
        this.server = server;
        this.clock = server.clock();
        this.pool = new BufferPool(server.memory(), server::wakeMemoryWaiters, server.checkBuffers());
        this.selector = Selector.open();
        this.nowNanos = clock.monotonicNanos();
        this.timers = new TimerWheel(nowNanos);
        this.sweepMs = Math.clamp(server.limits().maxIdleMs() / 10, 5, 1000);
        this.thread = new Thread(this::run, name);
        this.owner = thread;
    }

    void start() {
        thread.setUncaughtExceptionHandler((ignored, failure) -> server.fatal(failure));
        thread.start();
    }

    Selector selector() {
        return selector;
    }

    /** Connections that were given to this loop and are not closed; from any thread. */
    int connectionCount() {
        return connectionCount.get();
    }

    /** The acceptor has chosen this loop for a connection: it counts before the loop has taken it in, so that a burst is spread too. */
    void chosen() {
        connectionCount.incrementAndGet();
    }

    /** A connection that this loop was chosen for is closed, or never began. */
    void left() {
        connectionCount.decrementAndGet();
    }

    /** The time at the start of this turn. */
    long nowNanos() {
        return nowNanos;
    }

    @Override
    public boolean isCurrentThread() {
        return Thread.currentThread() == owner;
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        if (asleep && Thread.currentThread() != owner) {
            asleep = false;
            selector.wakeup();
        }
        if (terminated) {
            runLeftovers();
        }
    }

    @Override
    public Timer schedule(long delayMs, Runnable task) {
        LoopTimer timer = new LoopTimer(task);
        long dueNanos = clock.monotonicNanos() + Math.max(0, delayMs) * 1_000_000;
        if (isCurrentThread()) {
            timers.add(timer, dueNanos);
        } else {
            execute(() -> {
                if (timer.task != null) {
                    timers.add(timer, dueNanos);
                }
            });
        }
        return timer;
    }

    /** Takes in a connection; on the loop. */
    void add(NioConnection connection) {
        connection.index = connections.size();
        connections.add(connection);
    }

    void remove(NioConnection connection) {
        NioConnection last = connections.removeLast();
        if (last != connection) {
            connections.set(connection.index, last);
            last.index = connection.index;
        }
        left();
    }

    /** Has the connection pumped at the end of this turn. */
    void pumpLater(NioConnection connection) {
        if (!connection.dirty) {
            connection.dirty = true;
            dirty.add(connection);
        }
    }

    void waitForMemory(NioConnection connection) {
        memoryWaiters.add(connection);
    }

    boolean isDraining() {
        return draining;
    }

    /** No new requests; connections go as their started replies are sent, and at the deadline all; then the thread ends. On the loop. */
    void drainUntil(long deadlineNanos) {
        draining = true;
        drainDeadlineNanos = deadlineNanos;
        List.copyOf(connections).forEach(NioConnection::drain);
        schedule((deadlineNanos - clock.monotonicNanos()) / 1_000_000, () -> {});
    }

    /** For a loop that never ran. */
    void abandon() {
        finish();
    }

    void join() throws InterruptedException {
        thread.join();
    }

    /** On the loop, or on any thread after its end. */
    void resumeMemoryWaiters() {
        for (int left = memoryWaiters.size(); left > 0; left--) {
            NioConnection connection = memoryWaiters.poll();
            if (connection != null) {
                connection.memoryEased();
            }
        }
    }

    private void run() {
        schedule(sweepMs, this::sweep);
        while (!drained()) {
            try {
                turn();
            } catch (IOException failure) {
                LOG.error("The selector of {} failed", thread.getName(), failure);
                throw new IllegalStateException("The selector failed", failure);
            }
        }
        List.copyOf(connections).forEach(connection -> connection.close("the server stops"));
        finish();
    }

    private boolean drained() {
        return draining && (connections.isEmpty() || clock.monotonicNanos() >= drainDeadlineNanos);
    }

    private void turn() throws IOException {
        select();
        nowNanos = clock.monotonicNanos();
        for (int i = 0; i < TASKS_PER_TURN; i++) {
            Runnable task = tasks.poll();
            if (task == null) {
                break;
            }
            runGuarded(task);
        }
        timers.expire(nowNanos, onTimer);
        for (int left = dirty.size(); left > 0; left--) {
            NioConnection connection = dirty.remove();
            connection.dirty = false;
            connection.pump();
        }
    }

    private void select() throws IOException {
        if (!dirty.isEmpty()) {
            selector.selectNow(onKey);
            return;
        }
        long waitMs = timers.delayMs(clock.monotonicNanos());
        // First asleep, then the look at the queue; execute() does it the other way round, so one of both sees the
        // other.
        asleep = true;
        if (!tasks.isEmpty() || waitMs == 0) {
            asleep = false;
            selector.selectNow(onKey);
        } else {
            selector.select(onKey, Math.max(0, waitMs));
            asleep = false;
        }
    }

    private void serve(SelectionKey key) {
        if (asleep) {
            asleep = false;
            nowNanos = clock.monotonicNanos();
        }
        if (key.attachment() instanceof ReadyHandler handler && key.isValid()) {
            handler.onReady(key.readyOps());
        }
    }

    private void runGuarded(Runnable task) {
        try {
            task.run();
        } catch (Exception | StackOverflowError | LinkageError | AssertionError failure) {
            LOG.error("A task failed on {}", thread.getName(), failure);
        }
    }

    private void fire(TimerWheel.Entry entry) {
        ((LoopTimer) entry).fire();
    }

    /** Idle connections, and under memory pressure the stalled ones; then waiters try again, should a wake-up have been missed. */
    private void sweep() {
        boolean pressure = server.memory().waiters() > 0;
        for (int i = connections.size() - 1; i >= 0; i--) {
            connections.get(i).sweep(nowNanos, pressure);
        }
        resumeMemoryWaiters();
        schedule(sweepMs, this::sweep);
    }

    private void finish() {
        terminated = true;
        runLeftovers();
        pool.close();
        try {
            selector.close();
        } catch (IOException failure) {
            LOG.warn("Closing the selector of {} failed", thread.getName(), failure);
        }
    }

    /** Replies that come after the end still hold slices and buffers: their tasks run wherever they come from, one at a time. */
    private synchronized void runLeftovers() {
        owner = Thread.currentThread();
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            runGuarded(task);
        }
    }

    private final class LoopTimer extends TimerWheel.Entry implements Timer {
        volatile @Nullable Runnable task;

        LoopTimer(Runnable task) {
            this.task = task;
        }

        @Override
        public void cancel() {
            task = null;
            if (isCurrentThread()) {
                timers.remove(this);
            }
        }

        void fire() {
            Runnable due = task;
            if (due != null) {
                task = null;
                runGuarded(due);
            }
        }
    }
}
