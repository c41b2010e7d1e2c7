package dev.ottla.log;

import dev.ottla.base.FileHandle;
import dev.ottla.base.Files;
import java.io.IOException;
import java.nio.file.Path;

/** Every file for itself, durable when the call returns. */
record ForcedEach(Files files) implements Forcing {
    @Override
    public void force(FileHandle handle) throws IOException {
        Forces.force(handle);
    }

    @Override
    public void forceFolder(Path folder) throws IOException {
        files.forceFolder(folder);
    }

    @Override
    public void replace(Path file, byte[] content) throws IOException {
        files.replace(file, content);
    }
}
