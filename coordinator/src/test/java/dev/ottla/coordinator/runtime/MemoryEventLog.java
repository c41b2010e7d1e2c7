package dev.ottla.coordinator.runtime;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** An event log in memory whose commits come when the test says so. */
final class MemoryEventLog implements EventLog {
    private final List<StoredEvent> events = new ArrayList<>();
    private long committed;
    private boolean failing;
    private Runnable onProgress = () -> {};

    @Override
    public synchronized long append(List<StoredEvent> batch, long timestampMs) {
        if (failing) {
            throw new OttlaException(ErrorCode.NOT_ENOUGH_REPLICAS, "the test says no");
        }
        events.addAll(batch);
        return events.size();
    }

    @Override
    public synchronized long committedOffset() {
        return committed;
    }

    @Override
    public synchronized long endOffset() {
        return events.size();
    }

    @Override
    public void watch(Runnable watcher) {
        onProgress = watcher;
    }

    @Override
    public void unwatch() {
        onProgress = () -> {};
    }

    @Override
    public void replay(BiConsumer<ByteBuffer, @Nullable ByteBuffer> reader) {
        List<StoredEvent> copy;
        synchronized (this) {
            copy = List.copyOf(events);
        }
        for (StoredEvent event : copy) {
            reader.accept(
                    event.key().duplicate(),
                    event.value() == null ? null : event.value().duplicate());
        }
    }

    void commitAll() {
        synchronized (this) {
            committed = events.size();
        }
        onProgress.run();
    }

    synchronized void failing(boolean fails) {
        failing = fails;
    }
}
