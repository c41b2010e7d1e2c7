package dev.ottla.broker.metrics;

import java.util.concurrent.atomic.LongAdder;

/** What is counted of one API. Latencies go into buckets of doubling width, from 2^6 microseconds up. */
public final class ApiCounters {
    /** Upper bounds are 64 us, 128 us, ... 33.5 s; the last bucket has none. */
    public static final int BUCKETS = 21;

    private static final int FIRST_BUCKET_BITS = 6;

    private final LongAdder errors = new LongAdder();
    private final LongAdder requestBytes = new LongAdder();
    private final LongAdder responseBytes = new LongAdder();
    private final LongAdder latencyNanos = new LongAdder();
    private final LongAdder[] buckets = new LongAdder[BUCKETS];

    ApiCounters() {
        for (int i = 0; i < BUCKETS; i++) {
            buckets[i] = new LongAdder();
        }
    }

    void onReply(int receivedBytes, long sentBytes, long elapsedNanos) {
        requestBytes.add(receivedBytes);
        responseBytes.add(sentBytes);
        latencyNanos.add(elapsedNanos);
        buckets[bucketOf(elapsedNanos)].increment();
    }

    void onError() {
        errors.increment();
    }

    /** Answered requests per bucket, not cumulative. */
    public long[] latencyCounts() {
        long[] counts = new long[BUCKETS];
        for (int i = 0; i < BUCKETS; i++) {
            counts[i] = buckets[i].sum();
        }
        return counts;
    }

    /** The upper bound of a bucket in microseconds; the last has none ({@link Long#MAX_VALUE}). */
    public static long upperBoundMicros(int bucket) {
        return bucket == BUCKETS - 1 ? Long.MAX_VALUE : 1L << (FIRST_BUCKET_BITS + bucket);
    }

    public long errors() {
        return errors.sum();
    }

    public long requestBytes() {
        return requestBytes.sum();
    }

    public long responseBytes() {
        return responseBytes.sum();
    }

    public long latencyNanos() {
        return latencyNanos.sum();
    }

    private static int bucketOf(long nanos) {
        long micros = Math.max(nanos, 1) / 1000;
        int bits = Long.SIZE - Long.numberOfLeadingZeros(micros);
        return Math.min(Math.max(bits - FIRST_BUCKET_BITS, 0), BUCKETS - 1);
    }
}
