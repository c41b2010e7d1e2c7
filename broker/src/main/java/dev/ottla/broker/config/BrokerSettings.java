package dev.ottla.broker.config;

import dev.ottla.metadata.config.ConfigValues;
import dev.ottla.metadata.config.EffectiveConfigs;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a broker is started with, read and checked: {@link SettingsReader} makes it.
 *
 * @param staticConfigs by Kafka's names, as they were written, with {@code listeners} and {@code log.dirs} always there: what tools see as
 *     STATIC_BROKER_CONFIG
 * @param listeners where to listen; at least one
 * @param advertised what clients are told, for the listeners that have an entry; the others name the local address of the connection
 * @param dataFolders absolute; at least one
 * @param nodeId empty: the data folder's, or 1 in a new one
 * @param metricsPort of the Prometheus and health endpoint on loopback; 0 for one that the system chooses, empty for none
 * @param metricsPortChosen whether somebody asked for that port; a default that is taken is no error
 * @param warnings about names that Kafka knows and that change nothing here
 */
public record BrokerSettings(
        Map<String, String> staticConfigs,
        List<Endpoint> listeners,
        List<Endpoint> advertised,
        List<Path> dataFolders,
        OptionalInt nodeId,
        OptionalInt metricsPort,
        boolean metricsPortChosen,
        List<String> warnings) {
    /** Kafka's port. */
    public static final int DEFAULT_PORT = 9092;

    /** Where data goes when nothing else is said, under the current folder. */
    public static final Path DEFAULT_DATA_FOLDER = Path.of("data");

    /** Ottla's own setting: a port, or {@code off}. */
    public static final String METRICS_PORT = "ottla.metrics.port";

    /** The metrics endpoint's port when nothing else is said. */
    public static final int DEFAULT_METRICS_PORT = 9190;

    public BrokerSettings {
        staticConfigs = Map.copyOf(staticConfigs);
        listeners = List.copyOf(listeners);
        advertised = List.copyOf(advertised);
        dataFolders = List.copyOf(dataFolders);
        warnings = List.copyOf(warnings);
    }

    /**
     * Settings from a file and from {@code name=value} pairs, which win.
     *
     * @param file a properties file as Kafka's {@code server.properties}; null for none
     * @throws InvalidSettingsException with all that is wrong
     */
    public static BrokerSettings load(@Nullable Path file, List<String> nameValuePairs) {
        return SettingsReader.read(file, nameValuePairs);
    }

    /**
     * Settings by Kafka's names.
     *
     * @throws InvalidSettingsException with all that is wrong
     */
    public static BrokerSettings of(Map<String, String> configs) {
        return SettingsReader.read(configs);
    }

    /** A value for {@code listeners}: loopback only. */
    public static String loopback(int port) {
        return "PLAINTEXT://127.0.0.1:" + port;
    }

    /** All broker settings in force at start: static ones over Kafka's defaults. */
    public ConfigValues values() {
        return new EffectiveConfigs(Map.of(), Map.of(), staticConfigs).broker();
    }

    /** The folder that keeps the metadata: {@code metadata.log.dir}, absolute, or else the first data folder. */
    public Path metadataFolder() {
        String chosen = staticConfigs.get("metadata.log.dir");
        return chosen == null ? dataFolders.getFirst() : Path.of(chosen);
    }

    /** The same with the node id that the data folder turned out to have. */
    public BrokerSettings withNodeId(int id) {
        Map<String, String> configs = new TreeMap<>(staticConfigs);
        configs.put("node.id", Integer.toString(id));
        return new BrokerSettings(
                configs,
                listeners,
                advertised,
                dataFolders,
                OptionalInt.of(id),
                metricsPort,
                metricsPortChosen,
                warnings);
    }
}
