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

    /** What only the partition's checksums tell: a repair, which looks at batches, may find nothing to mend. */
    static DamagedLogException byChecksums(String what, String partition) {
        return new DamagedLogException(
                what + ". " + whatToDo(partition) + ". If it finds nothing, remove " + SegmentNames.SUMS
                        + " from the partition's folder while the broker is stopped: the files are taken as they are then");
    }

    static String whatToDo(String partition) {
        return "Restore the file from a copy, or stop the broker and give the damaged offsets up: `./ottla log repair "
                + partition + "` says which";
    }

    DamagedLogException(String what, IOException cause) {
        super(what, cause);
    }
}
