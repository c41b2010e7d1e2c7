package dev.ottla.cli.client;

import dev.ottla.cli.kit.Given;
import dev.ottla.cli.kit.Io;
import dev.ottla.cli.kit.Spec;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.AdminClientConfig;

/**
 * How to reach the broker, the same for every command.
 *
 * @param bootstrap `host:port`, many separated by commas
 * @param timeoutMs how long one request may take before the command gives up
 * @param extra client settings given by name
 */
public record ClientOptions(String bootstrap, int timeoutMs, Map<String, String> extra) {
    public static final String DEFAULT_BOOTSTRAP = "localhost:9092";
    public static final String BOOTSTRAP_VARIABLE = "OTTLA_BOOTSTRAP";

    private static final String BOOTSTRAP = "--bootstrap";
    private static final String TIMEOUT = "--timeout";
    private static final String EXTRA = "--client-property";
    private static final int DEFAULT_TIMEOUT_S = 15;
    private static final int MAX_TIMEOUT_S = 3600;

    /** Adds the options to a command. */
    public static Spec add(Spec spec) {
        return spec.text(
                        new String[] {"-b", BOOTSTRAP},
                        "HOST:PORT",
                        "Where the broker is; many separated by commas. Default: $%s, else %s."
                                .formatted(BOOTSTRAP_VARIABLE, DEFAULT_BOOTSTRAP))
                .number(
                        TIMEOUT,
                        "SECONDS",
                        "Give up when the broker has not answered for so long. Default: %d."
                                .formatted(DEFAULT_TIMEOUT_S))
                .many(
                        new String[] {"-X", EXTRA},
                        "NAME=VALUE",
                        "A setting of Kafka's Java client, such as security.protocol. May be repeated.");
    }

    public static ClientOptions of(Given given, Io io) {
        String variable = io.environment().getOrDefault(BOOTSTRAP_VARIABLE, "");
        String bootstrap = given.text(BOOTSTRAP, variable.isBlank() ? DEFAULT_BOOTSTRAP : variable);
        long timeoutS = given.number(TIMEOUT, DEFAULT_TIMEOUT_S);
        if (timeoutS < 1 || timeoutS > MAX_TIMEOUT_S) {
            throw Given.usage("%s takes 1 to %d seconds, not %d.".formatted(TIMEOUT, MAX_TIMEOUT_S, timeoutS));
        }
        return new ClientOptions(bootstrap, Math.toIntExact(timeoutS * 1000), given.pairs(EXTRA));
    }

    /** The settings that every client of Kafka's Java library shares. Quick to start: no metrics leave the process. */
    Properties common() {
        var settings = new Properties();
        settings.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
        settings.put(CommonClientConfigs.CLIENT_ID_CONFIG, "ottla-cli");
        settings.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, timeoutMs);
        settings.put(CommonClientConfigs.METRIC_REPORTER_CLASSES_CONFIG, "");
        settings.put(CommonClientConfigs.ENABLE_METRICS_PUSH_CONFIG, false);
        return settings;
    }

    Properties admin() {
        var settings = common();
        settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, timeoutMs);
        settings.putAll(extra);
        return settings;
    }

    /** The common settings, those of one use, and last the ones given by name. */
    public Properties with(Map<String, ?> ofThisUse) {
        var settings = common();
        settings.putAll(new HashMap<>(ofThisUse));
        settings.putAll(extra);
        return settings;
    }
}
