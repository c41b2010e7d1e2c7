package dev.ottla.network;

/**
 * How much is gathered for the next write of a connection: what its socket usually takes between two waits, since what is gathered and not taken
 * has to be gathered again; and beyond that a little, then more and more.
 */
final class WritePace {
    static final int LEAST_BYTES = 16 * 1024;

    private long usual = Long.MAX_VALUE;
    private long taken;
    private long beyond = LEAST_BYTES;

    /** At most so many. */
    long bytes() {
        return Math.max(usual - taken, beyond);
    }

    /**
     * A write was taken.
     *
     * @param whole all that was offered; otherwise the socket takes no more for now
     */
    void took(long sent, boolean whole) {
        taken += sent;
        if (!whole) {
            usual = Math.max(LEAST_BYTES, taken);
            taken = 0;
            beyond = LEAST_BYTES;
        } else if (taken >= usual) {
            beyond = Math.min(2 * beyond, Integer.MAX_VALUE);
        }
    }
}
