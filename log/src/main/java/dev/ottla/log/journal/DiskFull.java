package dev.ottla.log.journal;

import dev.ottla.base.Files;
import java.io.IOException;

/** There is no room for another file: nothing was changed, and it may be tried again. */
final class DiskFull extends IOException {
    DiskFull(IOException cause) {
        super(cause.getMessage(), cause);
    }

    DiskFull(String what) {
        super(what);
    }

    static boolean isMeantBy(IOException trouble) {
        return trouble instanceof DiskFull || Files.isDiskFull(trouble);
    }
}
