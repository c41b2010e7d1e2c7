package dev.ottla.log;

import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What the files of a segment are called: the base offset in 20 digits and a suffix, as in Kafka. */
record SegmentNames(Path folder, long baseOffset) {
    static final String LOG = ".log";
    static final String INDEX = ".index";
    static final String TIME_INDEX = ".timeindex";
    static final String TRANSACTION_INDEX = ".txnindex";
    static final String SNAPSHOT = ".snapshot";
    static final String DELETED = ".deleted";

    private static final int DIGITS = 20;

    Path file(String suffix) {
        return folder.resolve(String.format(Locale.ROOT, "%020d", baseOffset) + suffix);
    }

    Path log() {
        return file(LOG);
    }

    /** The offset in a name that ends so; null for another name. */
    static @Nullable Long offsetOf(Path file, String suffix) {
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
