package dev.ottla.cli.kit;

import dev.ottla.base.Clock;
import java.io.PrintStream;
import java.util.Locale;
import java.util.function.Supplier;

/** A count that a person watches grow on standard error; silent when nobody is at the terminal. */
public final class Progress {
    private static final long EVERY_NANOS = 200_000_000;

    private final PrintStream err;
    private final Clock clock;
    private final boolean shown;
    private long nextNanos;
    private boolean drawn;

    public Progress(Io io, boolean wanted) {
        err = io.err();
        clock = io.clock();
        shown = wanted && io.terminal().err();
        nextNanos = clock.monotonicNanos() + EVERY_NANOS;
    }

    /** Says how far it is; draws a few times a second at most. */
    public void at(long records) {
        say(() -> count(records, "record"));
    }

    /** Says how far it is in other words. */
    public void say(Supplier<String> text) {
        if (shown && clock.monotonicNanos() - nextNanos >= 0) {
            nextNanos = clock.monotonicNanos() + EVERY_NANOS;
            err.print("\r" + text.get() + "\u001b[K");
            err.flush();
            drawn = true;
        }
    }

    /** Wipes the line. */
    public void end() {
        if (drawn) {
            err.print("\r\u001b[K");
            err.flush();
        }
    }

    /** A number with its unit, as in `1 record` and `1,234 records`. */
    public static String count(long number, String unit) {
        return String.format(Locale.ROOT, "%,d %s%s", number, unit, number == 1 ? "" : "s");
    }
}
