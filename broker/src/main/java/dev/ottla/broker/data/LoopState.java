package dev.ottla.broker.data;

import dev.ottla.network.EventLoop;
import dev.ottla.record.BatchValidator;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** What one thread keeps between Produce and Fetch requests so that they allocate next to nothing. */
final class LoopState {
    /** Requests that wait (for replicas, a force, another thread) hold theirs; so many are kept for reuse. */
    private static final int MAX_KEPT_WORKS = 64;
    /** A request with more partitions than this leaves nothing behind. */
    private static final int MAX_KEPT_PARTITIONS = 1 << 12;

    private static final ThreadLocal<LoopState> CURRENT = ThreadLocal.withInitial(LoopState::new);

    private final WireReader reader = new WireReader(new TopicKeys());
    private final BatchValidator validator = new BatchValidator();
    private final Deque<ProduceWork> works = new ArrayDeque<>();
    private @Nullable AwaitedProduces awaited;

    private LoopState() {}

    /** The calling thread's. */
    static LoopState current() {
        return CURRENT.get();
    }

    WireReader reader() {
        return reader;
    }

    BatchValidator validator() {
        return validator;
    }

    /** Those that wait on the calling thread's loop. */
    AwaitedProduces awaited(EventLoop loop) {
        AwaitedProduces present = awaited;
        if (present == null || !present.loop().equals(loop)) {
            present = new AwaitedProduces(loop);
            awaited = present;
        }
        return present;
    }

    ProduceWork borrowWork() {
        ProduceWork kept = works.poll();
        return kept == null ? new ProduceWork() : kept;
    }

    void giveBack(ProduceWork work) {
        if (works.size() < MAX_KEPT_WORKS && !work.request().isOversized(MAX_KEPT_PARTITIONS)) {
            works.push(work);
        }
    }
}
