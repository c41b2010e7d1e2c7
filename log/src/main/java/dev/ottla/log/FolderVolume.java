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

/** The volume of a data folder, to be forced as a whole when very many files wait for it. */
final class FolderVolume implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(FolderVolume.class);

    private final Files files;
    private final CompletableFuture<@Nullable VolumeForce> force;

    private FolderVolume(Files files, CompletableFuture<@Nullable VolumeForce> force) {
        this.files = files;
        this.force = force;
    }

    /** Opens it beside what the caller does: the first look for the system's call takes a while. */
    static FolderVolume open(Files files, Path folder) {
        CompletableFuture<@Nullable VolumeForce> found = new CompletableFuture<>();
        Thread.ofPlatform()
                .daemon()
                .name("ottla-volume-" + folder.getFileName())
                .start(() -> {
                    try {
                        found.complete(files.openVolumeForce(folder));
                    } catch (IOException | RuntimeException | Error trouble) {
                        LOG.warn(
                                "The volume of {} cannot be forced as a whole; its files are, one by one",
                                folder,
                                trouble);
                        found.complete(null);
                    }
                });
        return new FolderVolume(files, found);
    }

    /** Returns when it is open: what is written from now on is forced, and what goes wrong with it is told. */
    void await() {
        force.join();
    }

    /** For so many forces of files and folders; null when they are better done one by one. */
    @Nullable
    ForcedTogether together(int forces) {
        VolumeForce volume = force.join();
        return volume != null && volume.isWorthwhile(forces) ? new ForcedTogether(files, volume) : null;
    }

    @Override
    public void close() throws IOException {
        VolumeForce volume = force.join();
        if (volume != null) {
            volume.close();
        }
    }
}
