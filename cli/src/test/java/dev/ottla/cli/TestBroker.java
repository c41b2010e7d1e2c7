package dev.ottla.cli;

import dev.ottla.broker.Broker;
import dev.ottla.broker.config.BrokerSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A broker for one test class, and the commands that talk to it. */
final class TestBroker implements AutoCloseable {
    private final Broker broker;

    private TestBroker(Broker broker) {
        this.broker = broker;
    }

    static TestBroker start(Path data) {
        var settings = List.of(
                "listeners=" + BrokerSettings.loopback(0),
                "log.dirs=" + data,
                "ottla.metrics.port=off",
                "group.initial.rebalance.delay.ms=0");
        try {
            return new TestBroker(Broker.start(BrokerSettings.load(null, settings)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String address() {
        return broker.bootstrapAddress();
    }

    Run run(String... command) {
        return with("", command);
    }

    /** Runs a command with {@code input} as its standard input. */
    Run with(String input, String... command) {
        var words = new ArrayList<>(List.of(command));
        words.addAll(List.of("--bootstrap", address()));
        return Run.with(input, words.toArray(String[]::new));
    }

    /** A topic that a test can be sure of. */
    void topic(String name, int partitions) {
        var made = run("topic", "create", name, "--partitions", Integer.toString(partitions));
        if (made.exitCode() != 0) {
            throw new IllegalStateException(made.err());
        }
    }

    @Override
    public void close() {
        broker.close();
    }
}
