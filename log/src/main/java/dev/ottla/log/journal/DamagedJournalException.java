package dev.ottla.log.journal;

import java.io.IOException;
import java.nio.file.Path;

/** Bytes of the journal that were durable are not what was written. Nothing is cut and nothing changed: a person has to decide. */
public final class DamagedJournalException extends IOException {
    private final Path file;
    private final long position;
    private final long lsn;

    DamagedJournalException(Path file, long position, long lsn, String what) {
        super("The journal file " + file + " is damaged at position " + position + " (LSN " + lsn + "): " + what
                + ". Nothing was changed. Bring the file back from a copy, or stop the broker and give up what is damaged:"
                + " `./ottla log repair " + JournalSettings.FOLDER + "` says what that loses");
        this.file = file;
        this.position = position;
        this.lsn = lsn;
    }

    public Path file() {
        return file;
    }

    /** Where in the file: the beginning of the group, or 0 for the file's header. */
    public long position() {
        return position;
    }

    /** The first LSN that cannot be read. */
    public long lsn() {
        return lsn;
    }
}
