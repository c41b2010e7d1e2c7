package dev.ottla.metadata.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One setting: what Kafka 4.3.1 says of it and what Ottla makes of it.
 *
 * @param defaultValue null when there is none
 * @param required it has no default and Kafka does not start without it
 * @param internal Kafka does not list it
 * @param kafkaUpdateMode how Kafka lets it change
 * @param synonyms broker settings that give it its default, nearest first
 * @param status what Ottla makes of it
 * @param live a change takes effect in Ottla without a restart
 * @param only the values of it that work in Ottla, when not all do
 * @param note why it is refused, or what it does, in a few words; may be empty
 */
public record Setting(
        SettingScope scope,
        String name,
        SettingType type,
        @Nullable String defaultValue,
        boolean required,
        Importance importance,
        boolean internal,
        ValueRule rule,
        UpdateMode kafkaUpdateMode,
        List<Synonym> synonyms,
        SettingStatus status,
        boolean live,
        @Nullable ValueRule only,
        String note) {
    /** Kafka's grade. */
    public enum Importance {
        HIGH,
        MEDIUM,
        LOW
    }

    public Setting {
        synonyms = List.copyOf(synonyms);
    }

    /** Whether Kafka knows nothing of it. */
    public boolean isOttlasOwn() {
        return name.startsWith("ottla.");
    }

    /** Never shown to anyone. */
    public boolean sensitive() {
        return type == SettingType.PASSWORD;
    }

    /** Whether Kafka lets it change without a restart. */
    public boolean dynamicInKafka() {
        return kafkaUpdateMode != UpdateMode.READ_ONLY;
    }

    /** Why Kafka refuses the value, or null when it takes it. */
    public @Nullable String problem(String value) {
        return SettingValue.parse(this, value) instanceof SettingValue.Bad bad ? bad.message() : null;
    }

    /** What becomes of a value: first Kafka's own rule, then what works in Ottla. */
    public Verdict judge(String value) {
        return switch (SettingValue.parse(this, value)) {
            case SettingValue.Bad bad -> new Verdict.Refused(bad.message());
            case SettingValue.Good good -> judge(good);
        };
    }

    private Verdict judge(SettingValue.Good value) {
        boolean isDefault = value.text().equals(canonicalDefault());
        if (only != null && only.problem(this, value) != null) {
            return new Verdict.Refused(doesNotWork(value.text()));
        }
        return switch (status) {
            case WORKS -> Verdict.WORKS;
            case ACCEPTED_WITHOUT_EFFECT ->
                isDefault ? Verdict.WORKS : new Verdict.WithoutEffect(name + " has no effect in Ottla" + because());
            case REFUSED -> isDefault ? Verdict.WORKS : new Verdict.Refused(doesNotWork(value.text()));
        };
    }

    private String doesNotWork(String text) {
        String shown = sensitive() ? "[hidden]" : text;
        return "Invalid value " + shown + " for configuration " + name + ": Ottla does not support it" + because();
    }

    private String because() {
        return note.isEmpty() ? "" : ": " + note;
    }

    private @Nullable String canonicalDefault() {
        return defaultValue != null && SettingValue.parse(this, defaultValue) instanceof SettingValue.Good good
                ? good.text()
                : null;
    }
}
