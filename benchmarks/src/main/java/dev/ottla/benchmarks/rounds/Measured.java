package dev.ottla.benchmarks.rounds;

import dev.ottla.benchmarks.broker.BrokerProcess;
import dev.ottla.benchmarks.broker.Usage;
import dev.ottla.benchmarks.load.Batch;
import dev.ottla.benchmarks.load.LoadGenerator;
import dev.ottla.benchmarks.load.Tally;
import java.io.IOException;

/** What a load generator's requests came to, and what the broker's process used for them. */
public record Measured(double seconds, Tally done, Usage used) {
    /** As {@link LoadGenerator#closed} and {@link LoadGenerator#open} do. */
    public interface Run {
        double seconds() throws IOException;
    }

    public static Measured around(BrokerProcess broker, Tally tally, Run run) throws IOException {
        Usage before = broker.usage();
        double seconds = run.seconds();
        return new Measured(seconds, tally, broker.usage().since(before));
    }

    /** Produces, closed loop, with one request in flight on each of {@code connections}, after a time that does not count. */
    public static Measured run(
            BrokerProcess broker,
            String topic,
            int partitions,
            int connections,
            Batch batch,
            double warmUpSeconds,
            double seconds)
            throws IOException {
        try (LoadGenerator load = new LoadGenerator(broker.port(), 1)) {
            Tally tally = load.produce(connections, topic, partitions, batch);
            load.closed(warmUpSeconds);
            return around(broker, tally, () -> load.closed(seconds));
        }
    }

    public double recordsPerSecond() {
        return done.records() / seconds;
    }

    public double requestsPerSecond() {
        return done.requests() / seconds;
    }

    public double megabytesPerSecond() {
        return done.bytes() / 1e6 / seconds;
    }
}
