package dev.ottla.broker.data;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.broker.api.RequestContext;
import dev.ottla.network.EventLoop;
import dev.ottla.replication.Partition;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * An appended Produce request that waits: for the journal, for all in sync to have its batches (acks=all), for a force (flush.messages), or until its
 * timeout. Its state belongs to the connection's loop, whose {@link AwaitedProduces} look after it.
 */
final class AwaitedProduce {
    private static final short ALL_IN_SYNC = -1;

    private final RequestContext context;
    private final ProduceWork work;
    private final Runnable finish;
    private @Nullable CompletableFuture<Void> forced;
    private EventLoop.@Nullable Timer timer;
    private boolean expired;

    AwaitedProduce(RequestContext context, ProduceWork work, Runnable finish) {
        this.context = context;
        this.work = work;
        this.finish = finish;
    }

    /** Settles what is acknowledged already; true when something is left. */
    static boolean mustWait(ProduceWork work) {
        return work.awaitsForce() || settle(work);
    }

    /** Gives the frame back, has watchers told and forces done. */
    void start(AwaitedProduces all) {
        context.releaseFrame();
        timer = context.exchange().loop().schedule(Math.max(work.request().timeoutMs(), 0), () -> {
            expired = true;
            all.scheduleLook();
        });
        for (int flat = 0; flat < work.results().count(); flat++) {
            Partition partition = work.partition(flat);
            if (partition != null && work.awaitedEnd(flat) > 0) {
                partition.watch(all);
            }
        }
        if (work.awaitsForce()) {
            CompletableFuture<Void> forces = forceOfAll();
            forced = forces;
            var _ = forces.whenComplete((nothing, failure) -> all.scheduleLook());
        }
    }

    /** Answers when there is an answer; whether there was. */
    boolean settled() {
        CompletableFuture<Void> force = forced;
        if (expired) {
            expire();
            return true;
        }
        if (force != null && !force.isDone()) {
            return false;
        }
        if (force != null && force.isCompletedExceptionally()) {
            failAll(ErrorCode.KAFKA_STORAGE_ERROR);
        } else if (settle(work)) {
            return false;
        }
        end();
        return true;
    }

    private void expire() {
        settle(work);
        failAll(ErrorCode.REQUEST_TIMED_OUT);
        end();
    }

    private void end() {
        if (timer != null) {
            timer.cancel();
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
            return partition.log().isJournaled()
                    ? CompletableFuture.completedFuture(null)
                    : partition.log().flushed(endOffset);
        } catch (OttlaException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Settles every partition that has its answer; true when one has not. */
    private static boolean settle(ProduceWork work) {
        boolean allInSync = work.request().acks() == ALL_IN_SYNC;
        boolean waits = false;
        for (int flat = 0; flat < work.results().count(); flat++) {
            Partition partition = work.partition(flat);
            if (partition == null || work.awaitedEnd(flat) == 0) {
                continue;
            }
            ErrorCode answer = partition.acknowledged(work.awaitedEnd(flat), allInSync);
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
