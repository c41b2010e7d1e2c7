package dev.ottla.log;

import dev.ottla.base.FileHandle;
import java.io.IOException;
import java.nio.file.Path;

/** How what was written is made durable: each file when it is asked for, or all of them together at the end. */
interface Forcing {
    /** The content of a file. */
    void force(FileHandle handle) throws IOException;

    /** The entries of a folder. */
    void forceFolder(Path folder) throws IOException;

    /** As {@link dev.ottla.base.Files#replace}: what is forced before this is durable before the file's new content shows. */
    void replace(Path file, byte[] content) throws IOException;
}
