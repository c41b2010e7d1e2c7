package dev.ottla.benchmarks.report;

import java.util.Locale;

/** What a figure shall come to: a bound of the first contender's median, by itself or divided by the second's. */
public record Aim(Kind kind, double bound) {
    /** What is bounded, and from which side. */
    public enum Kind {
        RATIO_AT_MOST("ratio", "at most"),
        RATIO_AT_LEAST("ratio", "at least"),
        VALUE_AT_MOST("", "at most"),
        VALUE_AT_LEAST("", "at least");

        private final String what;
        private final String side;

        Kind(String what, String side) {
            this.what = what;
            this.side = side;
        }

        boolean isOfRatio() {
            return !what.isEmpty();
        }

        boolean isUpperBound() {
            return this == RATIO_AT_MOST || this == VALUE_AT_MOST;
        }
    }

    public static Aim ratioAtMost(double bound) {
        return new Aim(Kind.RATIO_AT_MOST, bound);
    }

    public static Aim ratioAtLeast(double bound) {
        return new Aim(Kind.RATIO_AT_LEAST, bound);
    }

    public static Aim atMost(double bound) {
        return new Aim(Kind.VALUE_AT_MOST, bound);
    }

    public static Aim atLeast(double bound) {
        return new Aim(Kind.VALUE_AT_LEAST, bound);
    }

    boolean isMet(double value) {
        return kind.isUpperBound() ? value <= bound : value >= bound;
    }

    String text() {
        String number = bound >= 100
                ? String.format(Locale.ROOT, "%,.0f", bound)
                : String.format(Locale.ROOT, kind.isOfRatio() ? "%.3f" : "%.1f", bound);
        return (kind.what + " " + kind.side + " " + number).strip();
    }
}
