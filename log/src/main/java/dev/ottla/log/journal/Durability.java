package dev.ottla.log.journal;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** How far the journal is durable, whether it still can be, and those who wait for it. */
final class Durability {
    private final Consumer<IOException> onFailure;
    private final Object monitor = new Object();
    private final AtomicInteger waiting = new AtomicInteger();
    private volatile long durableLsn;
    private volatile @Nullable IOException failure;
    private volatile boolean closed;

    Durability(Consumer<IOException> onFailure) {
        this.onFailure = onFailure;
    }

    long durableLsn() {
        return durableLsn;
    }

    @Nullable
    IOException failure() {
        return failure;
    }

    void publish(long lsn) {
        durableLsn = lsn;
        if (waiting.get() > 0) {
            wakeAll();
        }
    }

    /** Final: the first failure is the one that is told. */
    void fail(IOException reason) {
        synchronized (monitor) {
            if (failure != null) {
                return;
            }
            failure = reason;
            monitor.notifyAll();
        }
        onFailure.accept(reason);
    }

    void close() {
        closed = true;
        wakeAll();
    }

    boolean isClosed() {
        return closed;
    }

    private void wakeAll() {
        synchronized (monitor) {
            monitor.notifyAll();
        }
    }

    void await(long lsn) {
        if (durableLsn >= lsn) {
            return;
        }
        boolean interrupted = false;
        waiting.incrementAndGet();
        synchronized (monitor) {
            while (durableLsn < lsn && failure == null && !closed) {
                try {
                    monitor.wait();
                } catch (InterruptedException again) {
                    interrupted = true;
                }
            }
        }
        waiting.decrementAndGet();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (durableLsn < lsn) {
            throw new OttlaException(
                    ErrorCode.KAFKA_STORAGE_ERROR,
                    failure == null
                            ? "The journal was closed before the entry was durable"
                            : "The journal can make nothing durable any more: " + failure.getMessage());
        }
    }
}
