package dev.ottla.log;

import dev.ottla.base.Files;
import dev.ottla.base.VolumeForce;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The volume of a data folder, to be forced as a whole when very many files wait for it. A folder with few logs never opens it. What was written before it was
 * opened must be forced otherwise before it is {@link #rely relied on}: it tells of what went wrong since.
 */
final class FolderVolume implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(FolderVolume.class);

    private final Files files;
    private final Path folder;
    private @Nullable CompletableFuture<@Nullable VolumeForce> opening;
    private volatile boolean reliable;

    FolderVolume(Files files, Path folder) {
        this.files = files;
        this.folder = folder;
    }

    /** Whether so many logs, each with a file at least to force, are worth opening it and nobody has begun to. */
    boolean isWanted(int logs) {
        return !reliable && logs >= files.filesWorthAVolumeForce() && begun() == null;
    }

    /** Opens it beside what the caller does, since the first look for the system's call takes a while; false when somebody has begun to. */
    synchronized boolean begin() {
        if (opening != null) {
            return false;
        }
        CompletableFuture<@Nullable VolumeForce> found = new CompletableFuture<>();
        opening = found;
        Thread.ofPlatform()
                .daemon()
                .name("ottla-volume-" + folder.getFileName())
                .start(() -> open(found));
        return true;
    }

    private void open(CompletableFuture<@Nullable VolumeForce> found) {
        try {
            found.complete(files.openVolumeForce(folder));
        } catch (IOException | RuntimeException | Error trouble) {
            LOG.warn("The volume of {} cannot be forced as a whole; its files are, one by one", folder, trouble);
            found.complete(null);
        }
    }

    private synchronized @Nullable CompletableFuture<@Nullable VolumeForce> begun() {
        return opening;
    }

    /** Returns when it is open, where that was begun: what is written from now on is forced, and what goes wrong with it is told. */
    void await() {
        CompletableFuture<@Nullable VolumeForce> found = begun();
        if (found != null) {
            found.join();
        }
    }

    /** It is open, and what was written before is on the disk. */
    void rely() {
        reliable = true;
    }

    /** For so many forces of files and folders; null when they are better done one by one. */
    @Nullable
    ForcedTogether together(int forces) {
        CompletableFuture<@Nullable VolumeForce> found = reliable ? begun() : null;
        VolumeForce volume = found == null ? null : found.join();
        return volume != null && volume.isWorthwhile(forces) ? new ForcedTogether(files, volume) : null;
    }

    @Override
    public void close() throws IOException {
        CompletableFuture<@Nullable VolumeForce> found = begun();
        VolumeForce volume = found == null ? null : found.join();
        if (volume != null) {
            volume.close();
        }
    }
}
