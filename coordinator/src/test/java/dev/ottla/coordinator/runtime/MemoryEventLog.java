package dev.ottla.coordinator.runtime;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An event log in memory whose commits come when the test says so. */
final class MemoryEventLog implements EventLog {
    private final List<Entry> events = new ArrayList<>();
    private long committed;
    private boolean failing;
    private Runnable onProgress = () -> {};

    private ErrorCode refusal = ErrorCode.NONE;

    /** An event, or an end without one. */
    private record Entry(BatchKind kind, @Nullable StoredEvent event) {}

    @Override
    public synchronized ErrorCode refusal(BatchKind kind) {
        return refusal;
    }

    synchronized void refusing(ErrorCode code) {
        refusal = code;
    }

    @Override
    public synchronized long append(BatchKind kind, List<StoredEvent> batch, long timestampMs) {
        if (failing) {
            throw new OttlaException(ErrorCode.NOT_ENOUGH_REPLICAS, "the test says no");
        }
        if (kind instanceof BatchKind.End) {
            events.add(new Entry(kind, null));
        }
        batch.forEach(event -> events.add(new Entry(kind, event)));
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
    public void replay(Reader reader) {
        List<Entry> copy;
        synchronized (this) {
            copy = List.copyOf(events);
        }
        for (Entry entry : copy) {
            StoredEvent event = entry.event();
            if (event != null) {
                ByteBuffer value = event.value() == null ? null : event.value().duplicate();
                reader.record(entry.kind(), event.key().duplicate(), value);
            } else if (entry.kind() instanceof BatchKind.End end) {
                reader.end(end.producerId(), end.commit());
            }
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
