package dev.ottla.log;

import dev.ottla.base.FileHandle;
import java.io.IOException;

/** Forces that tell their failure from other trouble. */
final class Forces {
    private Forces() {}

    static void force(FileHandle handle) throws IOException {
        try {
            handle.force(false);
        } catch (IOException failed) {
            throw new ForceFailedException(failed);
        }
    }
}
