package dev.ottla.broker;

import dev.ottla.base.Clock;
import dev.ottla.base.Files;
import dev.ottla.base.RandomSource;

/** The world that a broker lives in; tests give it another one. */
public record BrokerPorts(Files files, Clock clock, RandomSource random) {
    /** The machine's own. */
    public static BrokerPorts system() {
        return new BrokerPorts(Files.system(), Clock.system(), RandomSource.secure());
    }
}
