package dev.ottla.log;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.Files;
import dev.ottla.base.OttlaException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a data folder may still be used. A failed force or write is final (S5): the kernel may have dropped the pages, and the next force would
 * lie. A full disk is not: what was written of a batch is undone and the next append may succeed.
 */
final class FolderHealth {
    private static final Logger LOG = LoggerFactory.getLogger(FolderHealth.class);

    private final List<Consumer<String>> listeners = new ArrayList<>();
    private volatile @Nullable String failure;
    private final List<Runnable> roomListeners = new CopyOnWriteArrayList<>();
    private volatile boolean nearlyFull;
    /** Something failed for want of room since there was last seen to be enough. */
    private volatile boolean metFullDisk;

    @Nullable
    String failure() {
        return failure;
    }

    /** Refuses what a failed folder must not do. */
    void requireWorking() {
        if (failure != null) {
            throw new OttlaException(ErrorCode.KAFKA_STORAGE_ERROR, "The data folder has failed");
        }
    }

    /** Whether so little room is left that appends must wait for someone to delete. */
    boolean nearlyFull() {
        return nearlyFull;
    }

    void nearlyFull(boolean full) {
        if (full != nearlyFull) {
            LOG.warn(full ? "The disk is nearly full: appends are refused" : "The disk has room again");
        }
        boolean roomAgain = !full && (nearlyFull || metFullDisk);
        nearlyFull = full;
        if (roomAgain) {
            metFullDisk = false;
            roomListeners.forEach(Runnable::run);
        }
    }

    /** Called whenever there is room after a time when there was not, on a storage thread. */
    void onRoom(Runnable listener) {
        roomListeners.add(listener);
    }

    /** Records that the folder has failed, unless the trouble is only a full disk; what to tell the client. */
    OttlaException storageError(String doing, IOException trouble) {
        if (isDiskFull(trouble)) {
            metFullDisk = true;
            LOG.warn("The disk is full while {}", doing, trouble);
            return new OttlaException(ErrorCode.KAFKA_STORAGE_ERROR, "The disk is full", trouble);
        }
        fail(doing, trouble);
        return new OttlaException(ErrorCode.KAFKA_STORAGE_ERROR, "The data folder has failed", trouble);
    }

    void fail(String doing, Throwable trouble) {
        List<Consumer<String>> toTell;
        String reason = "The data folder failed while " + doing + ": " + trouble;
        synchronized (listeners) {
            if (failure != null) {
                return;
            }
            failure = reason;
            toTell = List.copyOf(listeners);
        }
        LOG.error("The data folder has failed and serves nothing until a restart: {}", doing, trouble);
        toTell.forEach(listener -> listener.accept(reason));
    }

    void onFailure(Consumer<String> listener) {
        String already;
        synchronized (listeners) {
            already = failure;
            listeners.add(listener);
        }
        if (already != null) {
            listener.accept(already);
        }
    }

    static boolean isDiskFull(IOException trouble) {
        return !(trouble instanceof ForceFailedException) && Files.isDiskFull(trouble);
    }
}
