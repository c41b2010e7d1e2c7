package dev.ottla.log.journal;

import java.io.IOException;

/** There is no room for another file: nothing was changed, and it may be tried again. */
final class DiskFull extends IOException {
    DiskFull(IOException cause) {
        super(cause.getMessage(), cause);
    }

    DiskFull(String what) {
        super(what);
    }

    /** ENOSPC or EDQUOT, by the words of strerror: Java gives no number. */
    static boolean isMeantBy(IOException trouble) {
        String message = String.valueOf(trouble.getMessage());
        return trouble instanceof DiskFull
                || message.contains("No space left on device")
                || message.contains("Disk quota exceeded");
    }
}
