package dev.ottla.metadata.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.apache.kafka.common.config.ConfigException;

/** Values to try on a setting, and what Kafka and Ottla say to them. */
final class Samples {
    private Samples() {}

    static List<String> of(ConfigKey key) {
        List<String> samples = new ArrayList<>(List.of(
                "",
                " ",
                "0",
                "-1",
                "-2",
                "1",
                " 7 ",
                "9",
                "10",
                "17",
                "18",
                "22",
                "23",
                "999",
                "1000",
                "1024",
                "65536",
                "1048575",
                "1048576",
                "2147483647",
                "2147483648",
                "32768",
                "9223372036854775807",
                "9223372036854775808",
                "0.5",
                "1.5",
                "1e3",
                "x",
                "+5",
                "0x10",
                "1_0"));
        samples.addAll(
                List.of("true", "TRUE", " false ", "yes", "1:2,3:4", "*", "1:2,*", "a,b", "a,a", "a,", ",a", "a , b"));
        samples.addAll(List.of(
                "gzip",
                "producer",
                "GZIP",
                "CreateTime",
                "LogAppendTime",
                "createtime",
                "delete",
                "compact",
                "compact,delete",
                "none",
                "required",
                "PLAINTEXT",
                "bidirectional",
                "BIDIRECTIONAL",
                "broker",
                "broker,controller",
                "classic",
                "earliest",
                "latest",
                "by_duration:PT1H",
                "by_duration:x",
                "read_committed",
                "1@localhost:9092",
                "localhost:9092",
                "ES256"));
        if (key.hasDefault() && key.defaultValue != null) {
            samples.add(ConfigDef.convertToString(key.defaultValue, key.type));
        }
        return samples;
    }

    static String kafkaSays(ConfigKey key, String text) {
        try {
            // The whole parse, which drops what stands in a list twice before it asks the validator.
            Object value =
                    new ConfigDef().define(key).parse(Map.of(key.name, text)).get(key.name);
            return "ok " + (key.type == ConfigDef.Type.PASSWORD ? "" : ConfigDef.convertToString(value, key.type));
        } catch (ConfigException refused) {
            return refused.getMessage();
        }
    }

    static String weSay(Setting setting, String text) {
        return switch (SettingValue.parse(setting, text)) {
            case SettingValue.Good good -> "ok " + (setting.sensitive() ? "" : good.text());
            case SettingValue.Bad bad -> bad.message();
        };
    }

    /**
     * Kafka's word for word, but for two: the share group's offset reset has a message of its own in Ottla, and of throttled replicas
     * Kafka names in its refusal what stands there twice.
     */
    static boolean same(ConfigKey key, String kafkas, String ours) {
        boolean ownWords =
                key.name.equals("share.auto.offset.reset") || key.name.endsWith(".replication.throttled.replicas");
        return kafkas.equals(ours) || (ownWords && kafkas.startsWith("ok ") == ours.startsWith("ok "));
    }
}
