package dev.ottla.log;

import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What the files of a segment are called: the base offset in 20 digits and a suffix, as in Kafka. */
public record SegmentNames(Path folder, long baseOffset) {
    public static final String LOG = ".log";
    public static final String INDEX = ".index";
    public static final String TIME_INDEX = ".timeindex";
    public static final String TRANSACTION_INDEX = ".txnindex";
    public static final String SNAPSHOT = ".snapshot";
    public static final String DELETED = ".deleted";

    private static final int DIGITS = 20;

    public Path file(String suffix) {
        return folder.resolve(String.format(Locale.ROOT, "%020d", baseOffset) + suffix);
    }

    public Path log() {
        return file(LOG);
    }

    /** The offset in a name that ends so; null for another name. */
    public static @Nullable Long offsetOf(Path file, String suffix) {
        String name = String.valueOf(file.getFileName());
        if (name.length() != DIGITS + suffix.length() || !name.endsWith(suffix)) {
            return null;
        }
        try {
            long offset = Long.parseLong(name.substring(0, DIGITS));
            return offset < 0 ? null : offset;
        } catch (NumberFormatException otherName) {
            return null;
        }
    }
}
