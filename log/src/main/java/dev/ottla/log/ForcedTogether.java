package dev.ottla.log;

import dev.ottla.base.FileHandle;
import dev.ottla.base.Files;
import dev.ottla.base.VolumeForce;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Nothing is durable before {@link #finish}, which forces the whole volume: first all content, then the names of the files that are replaced. So each
 * partition's files reach the disk in the order in which they would one by one. Several threads may write for it.
 */
final class ForcedTogether implements Forcing {
    private final Files files;
    private final VolumeForce volume;
    /** Of each file to be replaced, where its new content waits: in the order asked for, on which each log relies; under its own lock. */
    private final Map<Path, Path> replacements = new LinkedHashMap<>();

    ForcedTogether(Files files, VolumeForce volume) {
        this.files = files;
        this.volume = volume;
    }

    @Override
    public void force(FileHandle handle) {
        // finish() does.
    }

    @Override
    public void forceFolder(Path folder) {
        // finish() does.
    }

    @Override
    public void replace(Path file, byte[] content) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        try (FileHandle handle = files.open(temporary, true)) {
            handle.truncate(0);
            handle.write(ByteBuffer.wrap(content), 0);
        }
        synchronized (replacements) {
            replacements.put(file, temporary);
        }
    }

    /** Everything is durable when this returns; once it has thrown, nothing may count as such. */
    void finish() throws IOException {
        forceVolume();
        synchronized (replacements) {
            if (replacements.isEmpty()) {
                return;
            }
            for (Map.Entry<Path, Path> replacement : replacements.entrySet()) {
                files.rename(replacement.getValue(), replacement.getKey());
            }
            replacements.clear();
        }
        forceVolume();
    }

    private void forceVolume() throws IOException {
        try {
            volume.force();
        } catch (IOException failed) {
            throw new ForceFailedException(failed);
        }
    }
}
