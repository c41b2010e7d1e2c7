package dev.ottla.log;

import java.io.IOException;

/** Bytes that were forced to the disk are not what was written: nothing may be cut, the partition must not be served. */
final class DamagedLogException extends IOException {
    DamagedLogException(String what) {
        super(what);
    }

    DamagedLogException(String what, IOException cause) {
        super(what, cause);
    }
}
