package dev.ottla.broker.config;

import dev.ottla.base.Files;
import dev.ottla.metadata.config.ConfigCatalogue;
import dev.ottla.metadata.config.ConfigValues;
import dev.ottla.metadata.config.EffectiveConfigs;
import dev.ottla.metadata.config.Verdict;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** From text to {@link BrokerSettings}, collecting every problem on the way. */
final class SettingsReader {
    private static final String OFF = "off";
    private static final int MAX_PORT = 65_535;

    private final Map<String, String> configs;
    private final List<String> problems = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    private SettingsReader(Map<String, String> configs) {
        this.configs = new TreeMap<>(configs);
    }

    static BrokerSettings read(@Nullable Path file, List<String> nameValuePairs) {
        Map<String, String> configs = new TreeMap<>();
        if (file != null) {
            configs.putAll(fromFile(file));
        }
        List<String> problems = new ArrayList<>();
        for (String pair : nameValuePairs) {
            int equals = pair.indexOf('=');
            if (equals <= 0) {
                problems.add("'" + pair + "' is not of the form name=value");
            } else {
                configs.put(
                        pair.substring(0, equals).strip(),
                        pair.substring(equals + 1).strip());
            }
        }
        if (!problems.isEmpty()) {
            throw new InvalidSettingsException(problems);
        }
        return read(configs);
    }

    static BrokerSettings read(Map<String, String> configs) {
        return new SettingsReader(configs).read();
    }

    private static Map<String, String> fromFile(Path file) {
        Properties properties = new Properties();
        try {
            properties.load(new ByteArrayInputStream(Files.system().readAll(file)));
        } catch (IOException | IllegalArgumentException e) {
            throw new InvalidSettingsException(List.of("Cannot read the settings in " + file + ": " + e));
        }
        Map<String, String> configs = new TreeMap<>();
        properties.forEach((name, value) -> configs.put(name.toString(), value.toString()));
        return configs;
    }

    private BrokerSettings read() {
        String metrics = configs.remove(BrokerSettings.METRICS_PORT);
        OptionalInt metricsPort = metricsPort(metrics);
        judge();
        refuse();
        configs.putIfAbsent("listeners", BrokerSettings.loopback(BrokerSettings.DEFAULT_PORT));
        List<Path> dataFolders = dataFolders();
        configs.put(
                "log.dirs",
                String.join(",", dataFolders.stream().map(Path::toString).toList()));
        String metadataFolder = configs.remove("metadata.log.dir");
        if (metadataFolder != null && !metadataFolder.isBlank()) {
            configs.put(
                    "metadata.log.dir",
                    absolute(Path.of(metadataFolder.strip())).toString());
        }
        ConfigValues values = new EffectiveConfigs(Map.of(), Map.of(), configs).broker();
        List<String> controllerNames = list(values, "controller.listener.names");
        Endpoints endpoints = new Endpoints(problems);
        List<Endpoint> listeners = endpoints.listeners(
                list(values, "listeners"),
                controllerNames,
                Splitter.commas(values.stringOf("listener.security.protocol.map")));
        List<Endpoint> advertised =
                endpoints.advertised(list(values, "advertised.listeners"), listeners, controllerNames);
        OptionalInt nodeId = nodeId();
        roles(values);
        refuse();
        return new BrokerSettings(
                configs, listeners, advertised, dataFolders, nodeId, metricsPort, metrics != null, warnings);
    }

    /** The catalogue's word on every name and value. */
    private void judge() {
        configs.forEach((name, value) -> {
            switch (ConfigCatalogue.standard().judgeStatic(name, value)) {
                case Verdict.Works _ -> {}
                case Verdict.WithoutEffect accepted -> warnings.add(accepted.warning());
                case Verdict.Refused refused -> problems.add(refused.message());
            }
        });
    }

    /** As in Kafka, log.dirs goes before log.dir. */
    private List<Path> dataFolders() {
        String text = configs.containsKey("log.dirs") ? configs.get("log.dirs") : configs.get("log.dir");
        if (text == null) {
            return List.of(absolute(BrokerSettings.DEFAULT_DATA_FOLDER));
        }
        List<Path> folders = Splitter.commas(text).stream()
                .map(Path::of)
                .map(SettingsReader::absolute)
                .distinct()
                .toList();
        if (folders.isEmpty()) {
            problems.add("log.dirs: a folder is needed");
        }
        return folders;
    }

    private static Path absolute(Path folder) {
        return folder.toAbsolutePath().normalize();
    }

    private OptionalInt nodeId() {
        String nodeId = configs.get("node.id");
        String brokerId = configs.get("broker.id");
        if (nodeId != null && brokerId != null && !nodeId.equals(brokerId)) {
            problems.add("node.id is " + nodeId + " and broker.id " + brokerId + ": they must be the same");
        }
        String id = nodeId != null ? nodeId : brokerId;
        if (id == null) {
            return OptionalInt.empty();
        }
        int value = Integer.parseInt(id.strip());
        return value < 0 ? OptionalInt.empty() : OptionalInt.of(value);
    }

    private void roles(ConfigValues values) {
        List<String> roles = list(values, "process.roles");
        if (!roles.isEmpty() && !roles.contains("broker")) {
            problems.add("process.roles: this node must be a broker, as in broker,controller");
        }
    }

    private OptionalInt metricsPort(@Nullable String text) {
        if (text == null) {
            return OptionalInt.of(BrokerSettings.DEFAULT_METRICS_PORT);
        }
        if (text.strip().equals(OFF)) {
            return OptionalInt.empty();
        }
        try {
            int port = Integer.parseInt(text.strip());
            if (port >= 0 && port <= MAX_PORT) {
                return OptionalInt.of(port);
            }
        } catch (NumberFormatException e) {
            // Told below, as a number out of range is.
        }
        problems.add(BrokerSettings.METRICS_PORT + ": '" + text + "' is neither a port nor " + OFF);
        return OptionalInt.empty();
    }

    private void refuse() {
        if (!problems.isEmpty()) {
            throw new InvalidSettingsException(problems);
        }
    }

    private static List<String> list(ConfigValues values, String name) {
        return values.has(name)
                ? values.listOf(name).stream()
                        .map(String::strip)
                        .filter(entry -> !entry.isEmpty())
                        .toList()
                : List.of();
    }
}
