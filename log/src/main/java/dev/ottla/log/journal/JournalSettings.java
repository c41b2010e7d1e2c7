package dev.ottla.log.journal;

import java.nio.file.Path;

/**
 * How large a journal may become.
 *
 * @param folder the journal's own folder, made when missing
 * @param maxBytes used bytes from which {@link Journal#isCongested} says so; a little more is written when callers go on
 * @param firstFileBytes size of the first file, and of one that the writer has to make in a hurry; at least 8192
 * @param fileBytes size of the others; at least 8192
 * @param stagingBytes appended and not yet durable bytes from which {@link Journal#isCongested} says so
 */
public record JournalSettings(Path folder, long maxBytes, int firstFileBytes, int fileBytes, int stagingBytes) {
    public static final String FOLDER = "ottla-journal";
    public static final long DEFAULT_MAX_BYTES = 1L << 30;
    public static final int DEFAULT_FIRST_FILE_BYTES = 4 << 20;
    public static final int DEFAULT_FILE_BYTES = 64 << 20;
    public static final int DEFAULT_STAGING_BYTES = 16 << 20;

    static final int MIN_FILE_BYTES = 8192;

    public JournalSettings {
        if (firstFileBytes < MIN_FILE_BYTES || fileBytes < MIN_FILE_BYTES) {
            throw new IllegalArgumentException("A journal file has at least " + MIN_FILE_BYTES + " bytes, not "
                    + Math.min(firstFileBytes, fileBytes));
        }
        if (maxBytes < fileBytes || stagingBytes < 1) {
            throw new IllegalArgumentException("A journal holds at least one file and stages at least one byte, not "
                    + maxBytes + " and " + stagingBytes);
        }
    }

    /** With another bound, and no file larger than a part of it. */
    public JournalSettings withMaxBytes(long newMaxBytes) {
        int largest = (int) Math.max(MIN_FILE_BYTES, Math.min(fileBytes, newMaxBytes / 8));
        return new JournalSettings(folder, newMaxBytes, Math.min(firstFileBytes, largest), largest, stagingBytes);
    }

    /** The journal of a data folder, with the sizes that suit most machines. */
    public static JournalSettings defaults(Path dataFolder) {
        return new JournalSettings(
                dataFolder.resolve(FOLDER),
                DEFAULT_MAX_BYTES,
                DEFAULT_FIRST_FILE_BYTES,
                DEFAULT_FILE_BYTES,
                DEFAULT_STAGING_BYTES);
    }
}
