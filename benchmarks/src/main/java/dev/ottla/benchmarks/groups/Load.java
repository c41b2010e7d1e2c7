package dev.ottla.benchmarks.groups;

import dev.ottla.benchmarks.broker.BrokerProcess;
import java.util.List;
import org.HdrHistogram.Histogram;

/** Requests from members of groups, at a pace or as many as are answered, and what they cost the broker. */
final class Load {
    private static final long HIGHEST_NANOS = 60_000_000_000L;
    private static final int HISTOGRAM_DIGITS = 3;

    private final Histogram latencies = new Histogram(HIGHEST_NANOS, HISTOGRAM_DIGITS);
    private long awaited;
    private boolean isOver;

    private Load() {}

    /** What it came to, from the first request to the last answer. */
    record Result(double seconds, double cpuSeconds, Histogram latencies) {
        double perSecond() {
            return latencies.getTotalCount() / seconds;
        }

        double cpuUsEach() {
            return cpuSeconds * 1e6 / latencies.getTotalCount();
        }

        double latencyUs(double percentile) {
            return latencies.getValueAtPercentile(percentile) / 1e3;
        }
    }

    /** So many a second in all, the members in turn, open loop: a late request's time counts from when it was due. */
    static Result paced(Wire wire, BrokerProcess broker, List<Beat> beats, int perSecond, double seconds) {
        Load load = new Load();
        double cpu = broker.cpuSeconds();
        long start = System.nanoTime();
        long count = Math.max(1, Math.round(perSecond * seconds));
        for (long i = 0; i < count; i++) {
            long due = start + i * 1_000_000_000L / perSecond;
            while (System.nanoTime() < due) {
                wire.serveBriefly(due);
            }
            load.awaited++;
            beats.get((int) (i % beats.size())).send(beat -> load.answered(due));
        }
        wire.until("all are answered", () -> load.awaited == 0);
        return load.result(broker, start, cpu);
    }

    /** Each list keeps one request in flight, the list's requests in turn. */
    static Result closed(Wire wire, BrokerProcess broker, List<List<Beat>> turns, double seconds) {
        Load load = new Load();
        double cpu = broker.cpuSeconds();
        long start = System.nanoTime();
        turns.forEach(turn -> load.next(turn, 0));
        long end = start + (long) (seconds * 1e9);
        wire.until("the time is over", () -> {
            load.isOver = System.nanoTime() >= end;
            return load.isOver && load.awaited == 0;
        });
        return load.result(broker, start, cpu);
    }

    private void next(List<Beat> turn, int index) {
        awaited++;
        long sent = System.nanoTime();
        turn.get(index).send(beat -> {
            answered(sent);
            if (!isOver) {
                next(turn, (index + 1) % turn.size());
            }
        });
    }

    private void answered(long sinceNanos) {
        awaited--;
        latencies.recordValue(System.nanoTime() - sinceNanos);
    }

    private Result result(BrokerProcess broker, long startNanos, double cpuBefore) {
        return new Result((System.nanoTime() - startNanos) / 1e9, broker.cpuSeconds() - cpuBefore, latencies);
    }
}
