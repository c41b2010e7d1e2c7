package dev.ottla.broker.data;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.broker.api.RequestContext;
import dev.ottla.network.EventLoop;
import dev.ottla.replication.Partition;
import dev.ottla.replication.PartitionWatcher;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * An appended Produce request that waits: for all in sync to have its batches (acks=all), for a force (flush.messages), or until its
 * timeout. Its state belongs to the connection's loop.
 */
final class AwaitedProduce implements PartitionWatcher {
    private final RequestContext context;
    private final ProduceWork work;
    private final Runnable finish;
    private final AtomicBoolean lookScheduled = new AtomicBoolean();
    private @Nullable CompletableFuture<Void> forced;
    private EventLoop.@Nullable Timer timer;
    private boolean done;

    AwaitedProduce(RequestContext context, ProduceWork work, Runnable finish) {
        this.context = context;
        this.work = work;
        this.finish = finish;
    }

    /** Settles what is acknowledged already; true when something is left. */
    static boolean mustWait(ProduceWork work) {
        return work.awaitsForce() || settle(work);
    }

    void start() {
        context.releaseFrame();
        for (int flat = 0; flat < work.results().count(); flat++) {
            Partition partition = work.partition(flat);
            if (partition != null && work.awaitedEnd(flat) > 0) {
                partition.watch(this);
            }
        }
        timer = context.exchange().loop().schedule(Math.max(work.request().timeoutMs(), 0), this::expire);
        if (work.awaitsForce()) {
            CompletableFuture<Void> all = forceOfAll();
            forced = all;
            var _ = all.whenComplete((nothing, failure) -> scheduleLook());
        }
        look();
    }

    @Override
    public void onProgress(Partition partition, int sizeBytes) {
        scheduleLook();
    }

    @Override
    public void onChange(Partition partition) {
        scheduleLook();
    }

    private void scheduleLook() {
        if (lookScheduled.compareAndSet(false, true)) {
            context.runOnLoop(this::look);
        }
    }

    private void look() {
        lookScheduled.set(false);
        CompletableFuture<Void> force = forced;
        if (done || (force != null && !force.isDone())) {
            return;
        }
        if (force != null && force.isCompletedExceptionally()) {
            failAll(ErrorCode.KAFKA_STORAGE_ERROR);
            end();
        } else if (!settle(work)) {
            end();
        }
    }

    private void expire() {
        if (!done) {
            settle(work);
            failAll(ErrorCode.REQUEST_TIMED_OUT);
            end();
        }
    }

    private void end() {
        done = true;
        if (timer != null) {
            timer.cancel();
        }
        for (int flat = 0; flat < work.results().count(); flat++) {
            Partition partition = work.partition(flat);
            if (partition != null) {
                partition.unwatch(this);
            }
        }
        try {
            finish.run();
        } catch (RuntimeException e) {
            // The frame is gone, so no error response can be made from it.
            context.close("A produce could not be answered: " + e);
        }
    }

    private void failAll(ErrorCode error) {
        for (int flat = 0; flat < work.results().count(); flat++) {
            if (work.awaitedEnd(flat) > 0) {
                work.results().notAcknowledged(flat, error);
                work.settle(flat);
            }
        }
    }

    private CompletableFuture<Void> forceOfAll() {
        CompletableFuture<Void> all = CompletableFuture.completedFuture(null);
        for (int flat = 0; flat < work.results().count(); flat++) {
            Partition partition = work.partition(flat);
            if (partition != null && work.awaitedEnd(flat) > 0) {
                all = CompletableFuture.allOf(all, forceOf(partition, work.awaitedEnd(flat)));
            }
        }
        return all;
    }

    private static CompletableFuture<Void> forceOf(Partition partition, long endOffset) {
        try {
            return partition.log().flushed(endOffset);
        } catch (OttlaException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Settles every partition that has its answer; true when one has not. */
    private static boolean settle(ProduceWork work) {
        boolean waits = false;
        for (int flat = 0; flat < work.results().count(); flat++) {
            Partition partition = work.partition(flat);
            if (partition == null || work.awaitedEnd(flat) == 0) {
                continue;
            }
            ErrorCode answer = partition.acknowledged(work.awaitedEnd(flat));
            if (answer == null) {
                waits = true;
            } else {
                work.results().notAcknowledged(flat, answer);
                work.settle(flat);
            }
        }
        return waits;
    }
}
