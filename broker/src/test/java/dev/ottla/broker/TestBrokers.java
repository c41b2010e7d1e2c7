package dev.ottla.broker;

import dev.ottla.broker.config.BrokerSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** Brokers for tests: in a folder, on ports that the system chooses. */
public final class TestBrokers {
    private TestBrokers() {}

    public static BrokerSettings settings(Path folder, Map<String, String> more) {
        Map<String, String> configs = new TreeMap<>(more);
        configs.putIfAbsent("listeners", BrokerSettings.loopback(0));
        configs.putIfAbsent("log.dirs", folder.toString());
        configs.putIfAbsent(BrokerSettings.METRICS_PORT, "off");
        return BrokerSettings.of(configs);
    }

    public static Broker start(Path folder) throws IOException {
        return Broker.start(settings(folder, Map.of()));
    }
}
