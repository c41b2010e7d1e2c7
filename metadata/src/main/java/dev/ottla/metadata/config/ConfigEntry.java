package dev.ottla.metadata.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One setting as DescribeConfigs reports it.
 *
 * @param value the value in force; null when sensitive or not set
 * @param synonyms all places it could come from, the one in force first
 * @param type null when Kafka does not know the setting
 * @param documentation may be empty
 */
public record ConfigEntry(
        String name,
        @Nullable String value,
        ConfigSource source,
        boolean readOnly,
        boolean sensitive,
        List<ConfigSynonym> synonyms,
        @Nullable SettingType type,
        String documentation) {
    public ConfigEntry {
        synonyms = List.copyOf(synonyms);
    }

    /** Its type's number on the wire; 0 when unknown. */
    public byte typeCode() {
        return type == null ? 0 : type.wireCode();
    }
}
