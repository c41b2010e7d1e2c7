package dev.ottla.log;

import dev.ottla.base.Files;
import dev.ottla.base.VolumeForce;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The volume of a data folder, to be forced as a whole when very many files wait for it. A folder with few logs never opens it. It tells of what went
 * wrong since it was opened, so what the logs wrote before that must be forced otherwise first:
 *
 * <pre>
 * not begun --begin--> open, or not to be had --rely--> relied on
 * </pre>
 *
 * At an unclean start it is relied on for what a killed process left in the page cache, too, although a write of that may have failed before the
 * opening: its force writes what has not been written, and a force of each file, opened no sooner, would have no better word of the rest. Only what recovery
 * itself writes comes wholly after the opening.
 */
final class FolderVolume implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(FolderVolume.class);

    private final Files files;
    private final Path folder;
    private final ReentrantLock relying = new ReentrantLock();
    private @Nullable CompletableFuture<@Nullable VolumeForce> opening;
    private volatile boolean reliable;

    FolderVolume(Files files, Path folder) {
        this.files = files;
        this.folder = folder;
    }

    /** Whether so many logs, each with a file at least to force, are worth it and it is not relied on yet. */
    boolean isWanted(int logs) {
        return !reliable && logs >= files.filesWorthAVolumeForce();
    }

    /** Opens it beside what the caller does, since the first look for the system's call takes a while; once. */
    synchronized void begin() {
        if (opening != null) {
            return;
        }
        CompletableFuture<@Nullable VolumeForce> found = new CompletableFuture<>();
        opening = found;
        try {
            Thread.ofPlatform()
                    .daemon()
                    .name("ottla-volume-" + folder.getFileName())
                    .start(() -> open(found));
        } catch (RuntimeException | Error noThread) {
            giveUp(found, noThread);
        }
    }

    private void open(CompletableFuture<@Nullable VolumeForce> found) {
        try {
            found.complete(files.openVolumeForce(folder));
        } catch (IOException | RuntimeException | Error trouble) {
            giveUp(found, trouble);
        }
    }

    private void giveUp(CompletableFuture<@Nullable VolumeForce> found, Throwable trouble) {
        LOG.warn("The volume of {} cannot be forced as a whole; its files are, one by one", folder, trouble);
        found.complete(null);
    }

    private synchronized @Nullable CompletableFuture<@Nullable VolumeForce> begun() {
        return opening;
    }

    /** Returns when it is open, where that was begun: what is written from now on is forced, and what goes wrong with it is told. */
    void await() {
        opened();
    }

    private @Nullable VolumeForce opened() {
        CompletableFuture<@Nullable VolumeForce> found = begun();
        return found == null ? null : found.join();
    }

    /** It is open, and nothing that was written before waits for its force. */
    void rely() {
        reliable = true;
    }

    /**
     * Opens it, and relies on it once what was written before is forced. When that fails the next call tries it again; nothing happens while another is
     * at it. Blocks.
     */
    void relyAfter(Runnable forceWhatIsThere) {
        if (!relying.tryLock()) {
            return;
        }
        try {
            begin();
            if (opened() != null && !reliable) {
                forceWhatIsThere.run();
            }
            rely();
        } finally {
            relying.unlock();
        }
    }

    /** For so many forces of files and folders; null when they are better done one by one. */
    @Nullable
    ForcedTogether together(int forces) {
        VolumeForce volume = reliable ? opened() : null;
        return volume != null && volume.isWorthwhile(forces) ? new ForcedTogether(files, volume) : null;
    }

    @Override
    public void close() throws IOException {
        VolumeForce volume = opened();
        if (volume != null) {
            volume.close();
        }
    }
}
