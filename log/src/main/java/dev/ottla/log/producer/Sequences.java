package dev.ottla.log.producer;

/** Arithmetic of batch sequences: they run from 0 to 2147483647 and start over at 0. */
public final class Sequences {
    private Sequences() {}

    /** The sequence {@code by} records after {@code sequence}. */
    public static int add(int sequence, int by) {
        return (int) (((long) sequence + by) & Integer.MAX_VALUE);
    }

    /** The sequence {@code by} records before {@code sequence}. */
    public static int subtract(int sequence, int by) {
        return (int) (((long) sequence - by) & Integer.MAX_VALUE);
    }

    /** Whether {@code next} may follow {@code last}; -1 stands for "none yet", which only 0 may follow. */
    public static boolean follows(int last, int next) {
        return next == last + 1L || (next == 0 && last == Integer.MAX_VALUE);
    }
}
