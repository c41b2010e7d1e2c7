package dev.ottla.log.journal;

import dev.ottla.base.Files;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Entries of one partition that could not be re-applied, kept beside it so that the journal's files can be recycled. Replaced as a whole: a crash
 * leaves the old file or the new one.
 */
@SuppressWarnings("DoNotCallSuggester") // bodies follow
public final class KeptEntries implements Closeable {
    public static final String FILE = "journal-kept";

    private KeptEntries() {}

    /** Begins a new version of {@code file}; nothing of it is seen before {@link #finish}. */
    public static KeptEntries write(Files files, Path file) throws IOException {
        throw new UnsupportedOperationException();
    }

    public void add(JournalEntry entry) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Makes the new version durable and puts it in the place of the old one. */
    public void finish() throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Without {@link #finish} before it, drops the new version. */
    @Override
    public void close() throws IOException {}

    /**
     * Shows every entry, in the order in which they were added; none when there is no such file.
     *
     * @throws DamagedJournalException when the file is not whole
     */
    public static void replay(Files files, Path file, JournalVisitor visitor) throws IOException {
        throw new UnsupportedOperationException();
    }
}
