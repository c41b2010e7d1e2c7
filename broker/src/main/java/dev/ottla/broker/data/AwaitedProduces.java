package dev.ottla.broker.data;

import dev.ottla.network.EventLoop;
import dev.ottla.replication.Partition;
import dev.ottla.replication.PartitionWatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The Produce requests of one loop that wait for their acknowledgement. One force of the journal answers many of them: partitions that move wake the
 * loop once, which then looks at all that wait.
 */
final class AwaitedProduces implements PartitionWatcher {
    private final EventLoop loop;
    private final AtomicBoolean lookScheduled = new AtomicBoolean();
    private final List<AwaitedProduce> waiting = new ArrayList<>();
    private volatile boolean any;

    AwaitedProduces(EventLoop loop) {
        this.loop = loop;
    }

    EventLoop loop() {
        return loop;
    }

    /** On the loop. */
    void add(AwaitedProduce produce) {
        waiting.add(produce);
        any = true;
        produce.start(this);
        // What moved before the watch was set is not told.
        scheduleLook();
    }

    @Override
    public void onProgress(Partition partition, int sizeBytes) {
        if (any) {
            scheduleLook();
        }
    }

    @Override
    public void onChange(Partition partition) {
        if (any) {
            scheduleLook();
        }
    }

    void scheduleLook() {
        if (lookScheduled.compareAndSet(false, true)) {
            loop.execute(this::look);
        }
    }

    private void look() {
        lookScheduled.set(false);
        int kept = 0;
        // An answer may hand out the connection's next request, which may wait in turn: the list can grow on the way.
        for (int i = 0; i < waiting.size(); i++) {
            AwaitedProduce produce = waiting.get(i);
            if (!produce.settled()) {
                waiting.set(kept++, produce);
            }
        }
        waiting.subList(kept, waiting.size()).clear();
        any = !waiting.isEmpty();
    }
}
