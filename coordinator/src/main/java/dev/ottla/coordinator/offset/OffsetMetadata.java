package dev.ottla.coordinator.offset;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The text that a consumer keeps beside its offset. */
final class OffsetMetadata {
    private static final int MOST_BYTES_A_CHARACTER = 3;

    private OffsetMetadata() {}

    static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    static boolean isTooLarge(String text, int mostBytes) {
        // The bytes are counted only where the characters do not settle it.
        return text.length() > mostBytes
                || (text.length() > mostBytes / MOST_BYTES_A_CHARACTER
                        && text.getBytes(StandardCharsets.UTF_8).length > mostBytes);
    }
}
