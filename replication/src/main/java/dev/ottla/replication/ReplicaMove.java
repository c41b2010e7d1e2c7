package dev.ottla.replication;

import dev.ottla.base.DirectoryId;
import dev.ottla.base.OttlaException;
import dev.ottla.log.FutureLog;
import dev.ottla.log.LogFolder;
import dev.ottla.log.PartitionLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One replica on its way to another data folder, on a thread of its own:
 *
 * <pre>
 * copying --caught up--> held --metadata decides--> moved
 *    |                     |
 *    +---cancelled, error--+----> the copy goes, the log stays
 * </pre>
 *
 * While it is held nobody appends, so that the copy that the metadata decides for has everything.
 */
final class ReplicaMove implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicaMove.class);

    /** So close to the log's end the rest is copied while appends wait. */
    private static final long NEARLY_THERE_OFFSETS = 1000;

    private final Partition partition;
    private final DataFolder from;
    private final DataFolder to;
    private final LogFolder target;
    private final FutureLog future;
    private final ReplicaMoves.Assigner assigner;
    private final MovePace pace;
    private volatile boolean cancelled;
    private volatile boolean stopping;
    private boolean unsure;

    ReplicaMove(
            Partition partition,
            DataFolder from,
            DataFolder to,
            LogFolder target,
            FutureLog future,
            ReplicaMoves.Assigner assigner,
            MovePace pace) {
        this.partition = partition;
        this.from = from;
        this.to = to;
        this.target = target;
        this.future = future;
        this.assigner = assigner;
        this.pace = pace;
    }

    DataFolder to() {
        return to;
    }

    /** The copy is not wanted any more; it goes as soon as this is noticed. */
    void cancel() {
        cancelled = true;
    }

    /** The broker stops; the copy stays as a note for the next start. */
    void stop() {
        stopping = true;
    }

    @Override
    public void run() {
        boolean moved = false;
        try {
            moved = copy() && swap();
            if (moved) {
                LOG.info("{} has moved from {} to {}", partition, from.path(), to.path());
            }
        } catch (OttlaException e) {
            LOG.error("{} does not move to {}: {}", partition, to.path(), e.getMessage());
        } finally {
            if (!moved) {
                end();
            }
        }
    }

    private void end() {
        try {
            if (stopping || unsure) {
                target.futures().leave(future);
            } else {
                target.futures().drop(future);
            }
        } catch (OttlaException e) {
            LOG.error("The copy of {} in {} cannot be deleted: {}", partition, to.path(), e.getMessage());
        }
    }

    /** Copies until nearly nothing is left; false when told to stop. */
    private boolean copy() {
        PartitionLog source = partition.log();
        while (source.endOffset() - future.endOffset() > NEARLY_THERE_OFFSETS) {
            if (!copySome(source)) {
                return false;
            }
        }
        // What is forced now need not be while appends wait.
        future.force();
        source.flush();
        return copySome(source);
    }

    private boolean copySome(PartitionLog source) {
        long end = source.endOffset();
        while (future.endOffset() < end && pace.await(this::isToStop)) {
            long beforeBytes = future.sizeBytes();
            if (!future.copyFrom(source)) {
                break;
            }
            pace.copied(future.sizeBytes() - beforeBytes);
        }
        return !isToStop();
    }

    private boolean isToStop() {
        return cancelled || stopping;
    }

    private boolean swap() {
        PartitionLog source = partition.hold();
        try {
            while (future.copyFrom(source)) {
                // to the very end: nothing is appended any more
            }
            source.flush();
            future.finish(source);
            return !isToStop() && from.id() != null && to.id() != null && assign(from.id(), to.id());
        } finally {
            partition.release();
        }
    }

    private boolean assign(DirectoryId home, DirectoryId newHome) {
        try {
            return assigner.assign(new ReplicaHomes.Found(partition.id(), home, newHome));
        } catch (OttlaException failure) {
            // Nobody knows where its home is until the next start: nothing may be appended to either, and both must
            // stay.
            unsure = true;
            partition.fail();
            throw failure;
        }
    }
}
