package dev.ottla.log;

import java.io.IOException;
import java.nio.file.Path;

/** Bytes that were forced to the disk are not what was written: nothing may be cut, the partition must not be served. */
final class DamagedLogException extends IOException {
    DamagedLogException(String what) {
        super(what);
    }

    /** @param file of a partition's folder, which has the partition's name */
    static DamagedLogException at(Path file, long position, String what) {
        Path folder = file.getParent();
        return new DamagedLogException(what + " at position " + position + " of " + file + ". "
                + whatToDo(String.valueOf(folder == null ? file : folder.getFileName())));
    }

    static String whatToDo(String partition) {
        return "Restore the file from a copy, or stop the broker and give the damaged offsets up: `./ottla log repair "
                + partition + "` says which";
    }

    DamagedLogException(String what, IOException cause) {
        super(what, cause);
    }
}
