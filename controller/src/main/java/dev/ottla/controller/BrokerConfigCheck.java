package dev.ottla.controller;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.metadata.config.ConfigCatalogue;
import dev.ottla.metadata.config.Setting;
import dev.ottla.metadata.config.SettingScope;
import dev.ottla.metadata.config.SettingStatus;
import dev.ottla.metadata.config.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Whether brokers may have these live configs (KIP-226). Apache Kafka stores names that it does not know; Ottla refuses them, as it
 * does at start.
 */
final class BrokerConfigCheck {
    private BrokerConfigCheck() {}

    /**
     * Checks all live configs of one broker, or of all, together.
     *
     * @throws OttlaException INVALID_REQUEST as Kafka's, INVALID_CONFIG for what does not work in Ottla
     */
    static void check(boolean oneBroker, Map<String, String> configs) {
        ConfigCatalogue catalogue = ConfigCatalogue.standard();
        List<String> readOnly = new ArrayList<>();
        List<String> perBroker = new ArrayList<>();
        Map<String, Setting> settings = new TreeMap<>();
        configs.forEach((name, value) -> settings.put(name, known(catalogue, name)));
        settings.forEach((name, setting) -> {
            switch (setting.kafkaUpdateMode()) {
                case READ_ONLY -> readOnly.add(name);
                case PER_BROKER -> perBroker.add(name);
                case CLUSTER_WIDE -> {}
            }
        });
        if (!readOnly.isEmpty()) {
            throw invalidRequest("Cannot update these configs dynamically: " + readOnly);
        }
        if (!oneBroker && !perBroker.isEmpty()) {
            throw invalidRequest(
                    "Cannot update these configs at default cluster level, broker id must be specified: " + perBroker);
        }
        settings.forEach((name, setting) -> checkValue(setting, configs.getOrDefault(name, "")));
    }

    private static Setting known(ConfigCatalogue catalogue, String name) {
        Setting setting = catalogue.brokerSetting(name);
        if (setting == null) {
            throw new OttlaException(
                    ErrorCode.INVALID_CONFIG,
                    "Unknown config name: " + name + "; the nearest known name is "
                            + catalogue.nearestName(SettingScope.BROKER, name));
        }
        return setting;
    }

    private static void checkValue(Setting setting, String value) {
        ConfigLengths.check(setting.name(), value);
        String problem = setting.problem(value);
        if (problem != null) {
            throw invalidRequest(problem);
        }
        if (setting.judge(value) instanceof Verdict.Refused refused) {
            throw new OttlaException(ErrorCode.INVALID_CONFIG, refused.message());
        }
        if (setting.status() == SettingStatus.WORKS && !setting.live()) {
            throw invalidRequest("Ottla cannot change " + setting.name() + " without a restart.");
        }
    }

    private static OttlaException invalidRequest(String message) {
        return new OttlaException(ErrorCode.INVALID_REQUEST, message);
    }
}
