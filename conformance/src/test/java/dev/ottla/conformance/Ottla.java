package dev.ottla.conformance;

import dev.ottla.broker.Broker;
import dev.ottla.broker.config.BrokerSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Ottla inside this JVM. */
final class Ottla implements Target {
    private final Broker broker;
    private final Path folder;
    private final boolean temporary;

    private Ottla(Broker broker, Path folder, boolean temporary) {
        this.broker = broker;
        this.folder = folder;
        this.temporary = temporary;
    }

    /** Starts in a new temporary folder, which goes with it. */
    static Ottla start(Map<String, String> settings) {
        try {
            return start(Files.createTempDirectory("ottla-"), true, settings);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts on a folder that stays and may hold what an earlier broker left. */
    static Ottla start(Path folder, Map<String, String> settings) {
        return start(folder, false, settings);
    }

    private static Ottla start(Path folder, boolean temporary, Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(Map.of(
                "listeners",
                BrokerSettings.loopback(0),
                "log.dirs",
                folder.resolve("data").toString(),
                BrokerSettings.METRICS_PORT,
                "off"));
        all.putAll(settings);
        try {
            return new Ottla(Broker.start(BrokerSettings.of(all)), folder, temporary);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String name() {
        return "Ottla";
    }

    @Override
    public String host() {
        return "127.0.0.1";
    }

    @Override
    public int port() {
        return broker.address().getPort();
    }

    @Override
    public Path dataFolder() {
        return folder.resolve("data");
    }

    @Override
    public void close() {
        broker.close();
        if (temporary) {
            Folders.deleteTree(folder);
        }
    }
}
