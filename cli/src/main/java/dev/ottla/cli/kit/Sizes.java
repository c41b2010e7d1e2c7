package dev.ottla.cli.kit;

import java.util.Locale;

/** Bytes for people. */
public final class Sizes {
    private static final String[] UNITS = {"KiB", "MiB", "GiB", "TiB", "PiB"};
    private static final double STEP = 1024;

    private Sizes() {}

    /** As in `512 B` and `1.5 MiB`. */
    public static String text(long bytes) {
        if (bytes < STEP) {
            return bytes + " B";
        }
        double amount = bytes / STEP;
        int unit = 0;
        while (amount >= STEP && unit < UNITS.length - 1) {
            amount /= STEP;
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f %s", amount, UNITS[unit]);
    }
}
