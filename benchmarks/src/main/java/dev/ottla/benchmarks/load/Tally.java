package dev.ottla.benchmarks.load;

import org.HdrHistogram.Histogram;

/** What was answered since the clock started. */
public final class Tally {
    static final long HIGHEST_NANOS = 600_000_000_000L;
    private static final int DIGITS = 3;

    private final Histogram latencies = new Histogram(HIGHEST_NANOS, DIGITS);
    private long requests;
    private long records;
    private long bytes;

    void add(long tookNanos, long moreRecords, long moreBytes) {
        latencies.recordValue(Math.min(HIGHEST_NANOS, tookNanos));
        requests++;
        records += moreRecords;
        bytes += moreBytes;
    }

    void reset() {
        latencies.reset();
        requests = 0;
        records = 0;
        bytes = 0;
    }

    public Histogram latencies() {
        return latencies;
    }

    public double latencyUs(double percentile) {
        return latencies.getValueAtPercentile(percentile) / 1e3;
    }

    public long requests() {
        return requests;
    }

    public long records() {
        return records;
    }

    /** Of record batches, without what is around them. */
    public long bytes() {
        return bytes;
    }
}
