package dev.ottla.cli.kit;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.regex.Pattern;

/** A point in time as people write it. */
public final class TimeText {
    public static final String FORMS =
            "2026-11-22T10:00:00Z, 2026-11-22T10:00 (local), 2026-11-22, 15m (ago; s, m, h, d) or"
                    + " milliseconds since 1970";

    private static final Pattern AGO = Pattern.compile("(\\d{1,9})([smhd])");
    private static final Pattern MILLISECONDS = Pattern.compile("\\d{1,18}");
    private static final int DATE_LENGTH = "2026-11-22".length();

    private TimeText() {}

    /** @return milliseconds since the epoch */
    public static long parse(String text, long nowMs, ZoneId zone) {
        var ago = AGO.matcher(text);
        if (ago.matches()) {
            return nowMs - Long.parseLong(ago.group(1)) * unitMs(ago.group(2));
        }
        if (MILLISECONDS.matcher(text).matches()) {
            return Long.parseLong(text);
        }
        try {
            return instant(text, zone).toEpochMilli();
        } catch (DateTimeException | ArithmeticException e) {
            throw Given.usage("'%s' is not a time: write %s.".formatted(text, FORMS));
        }
    }

    private static long unitMs(String unit) {
        return switch (unit) {
            case "s" -> 1_000;
            case "m" -> 60_000;
            case "h" -> 3_600_000;
            default -> 86_400_000;
        };
    }

    private static Instant instant(String text, ZoneId zone) {
        if (text.length() == DATE_LENGTH) {
            return LocalDate.parse(text).atStartOfDay(zone).toInstant();
        }
        boolean hasZone = text.endsWith("Z") || text.lastIndexOf('+') > 0 || text.lastIndexOf('-') > DATE_LENGTH;
        return hasZone
                ? OffsetDateTime.parse(text).toInstant()
                : LocalDateTime.parse(text).atZone(zone).toInstant();
    }
}
