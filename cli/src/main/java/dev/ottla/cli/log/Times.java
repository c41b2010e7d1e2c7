package dev.ottla.cli.log;

import java.time.DateTimeException;
import java.time.Instant;

/** Timestamps for people. */
final class Times {
    private Times() {}

    /** As in `2026-11-22T18:50:23.123Z`; a dash for none, the number for what no calendar holds. */
    static String text(long timestampMs) {
        if (timestampMs < 0) {
            return "-";
        }
        try {
            return Instant.ofEpochMilli(timestampMs).toString();
        } catch (DateTimeException beyond) {
            return Long.toString(timestampMs);
        }
    }
}
