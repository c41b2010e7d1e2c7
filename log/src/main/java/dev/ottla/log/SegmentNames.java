package dev.ottla.log;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What the files of a segment are called: the base offset in 20 digits and a suffix, as in Kafka.
 *
 * @param stage what follows the suffix while compaction makes the segment ready; empty for one that is in service
 */
public record SegmentNames(Path folder, long baseOffset, String stage) {
    public static final String LOG = ".log";
    public static final String INDEX = ".index";
    public static final String TIME_INDEX = ".timeindex";
    public static final String TRANSACTION_INDEX = ".txnindex";
    public static final String SNAPSHOT = ".snapshot";
    public static final String DELETED = ".deleted";

    /** Being written by compaction; worth nothing after a crash. */
    public static final String CLEANED = ".cleaned";
    /** Whole, and about to take the place of those it was made from. */
    public static final String SWAP = ".swap";

    /** Ottla's checksums of a partition's files: goes before any of these is changed from outside. */
    public static final String SUMS = "ottla-sums";

    private static final String ZERO = "00000000000000000000";
    private static final int DIGITS = ZERO.length();

    public SegmentNames(Path folder, long baseOffset) {
        this(folder, baseOffset, "");
    }

    public SegmentNames at(String otherStage) {
        return new SegmentNames(folder, baseOffset, otherStage);
    }

    public Path file(String suffix) {
        return folder.resolve(name(suffix));
    }

    /** What the file of a suffix is called. */
    String name(String suffix) {
        return digits() + suffix + stage;
    }

    private String digits() {
        if (baseOffset == 0) {
            return ZERO;
        }
        String digits = Long.toString(baseOffset);
        return ZERO.substring(digits.length()) + digits;
    }

    public Path log() {
        return file(LOG);
    }

    /** The offset in a name that ends so; null for another name. */
    public static @Nullable Long offsetOf(Path file, String suffix) {
        return offsetOf(String.valueOf(file.getFileName()), suffix);
    }

    /** As the other, of a file's name alone. */
    static @Nullable Long offsetOf(String name, String suffix) {
        if (name.length() != DIGITS + suffix.length() || !name.endsWith(suffix)) {
            return null;
        }
        try {
            long offset = Long.parseLong(name, 0, DIGITS, 10);
            return offset < 0 ? null : offset;
        } catch (NumberFormatException otherName) {
            return null;
        }
    }
}
