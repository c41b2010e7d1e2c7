package dev.ottla.metadata.config;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a setting's value must be beyond its type; a problem is told in Kafka's words. */
public sealed interface ValueRule {
    ValueRule ANY = new Any();

    /** Why the value is not legal, or null when it is. */
    @Nullable
    String problem(Setting setting, SettingValue.Good value);

    /** No rule. */
    record Any() implements ValueRule {
        @Override
        public @Nullable String problem(Setting setting, SettingValue.Good value) {
            return null;
        }
    }

    /**
     * A number within bounds.
     *
     * @param min inclusive, as Kafka writes it; empty when there is none
     * @param max inclusive, as Kafka writes it; empty when there is none
     */
    record Range(String min, String max) implements ValueRule {
        @Override
        public @Nullable String problem(Setting setting, SettingValue.Good value) {
            double number = ((Number) value.value()).doubleValue();
            if (!min.isEmpty() && number < Double.parseDouble(min)) {
                return SettingValue.invalid(setting, value.text(), "Value must be at least " + min);
            }
            if (!max.isEmpty() && number > Double.parseDouble(max)) {
                return SettingValue.invalid(setting, value.text(), "Value must be no more than " + max);
            }
            return null;
        }
    }

    /** One of a few words. */
    record OneOf(List<String> words) implements ValueRule {
        @Override
        public @Nullable String problem(Setting setting, SettingValue.Good value) {
            return words.contains(value.text())
                    ? null
                    : SettingValue.invalid(setting, value.text(), "String must be one of: " + String.join(", ", words));
        }
    }

    /** One of a few words, whatever their case. */
    record OneOfAnyCase(List<String> words) implements ValueRule {
        @Override
        public @Nullable String problem(Setting setting, SettingValue.Good value) {
            String upper = value.text().toUpperCase(Locale.ROOT);
            return words.stream().anyMatch(word -> word.toUpperCase(Locale.ROOT).equals(upper))
                    ? null
                    : SettingValue.invalid(
                            setting,
                            value.text(),
                            "String must be one of (case insensitive): " + String.join(", ", words));
        }
    }

    /**
     * A list without empty elements.
     *
     * @param words what may be in it; empty for anything
     */
    record ListOf(List<String> words, boolean notEmpty) implements ValueRule {
        @Override
        public @Nullable String problem(Setting setting, SettingValue.Good value) {
            List<?> elements = (List<?>) value.value();
            String name = setting.name();
            if (notEmpty && elements.isEmpty()) {
                return "Configuration '" + name + "' must not be empty. Valid values include: "
                        + (words.isEmpty() ? "any non-empty value" : words);
            }
            for (Object element : elements) {
                if (element.equals("")) {
                    return "Configuration '" + name + "' values must not be empty.";
                }
                if (!words.isEmpty() && !words.contains(element)) {
                    return SettingValue.invalid(
                            setting, element.toString(), "String must be one of: " + String.join(", ", words));
                }
            }
            return null;
        }
    }

    /** A list with one element or none. */
    record AtMostOne() implements ValueRule {
        @Override
        public @Nullable String problem(Setting setting, SettingValue.Good value) {
            return ((List<?>) value.value()).size() <= 1
                    ? null
                    : SettingValue.invalid(setting, value.text(), "It must have one element");
        }
    }

    /** A list with these elements, in any order. */
    record SameSet(List<String> words) implements ValueRule {
        @Override
        public @Nullable String problem(Setting setting, SettingValue.Good value) {
            return new HashSet<Object>((List<?>) value.value()).equals(new HashSet<Object>(words))
                    ? null
                    : SettingValue.invalid(setting, value.text(), "It must be " + String.join(",", words));
        }
    }

    /** Any text but the empty one. */
    record NotEmpty() implements ValueRule {
        @Override
        public @Nullable String problem(Setting setting, SettingValue.Good value) {
            return value.text().isEmpty()
                    ? SettingValue.invalid(setting, value.text(), "String must be non-empty")
                    : null;
        }
    }

    /** Gzip's levels: -1 for its own default, or 1 to 9. */
    record GzipLevel() implements ValueRule {
        @Override
        public @Nullable String problem(Setting setting, SettingValue.Good value) {
            int level = (Integer) value.value();
            return level == -1 || (level >= 1 && level <= 9)
                    ? null
                    : SettingValue.invalid(setting, value.text(), "Value must be between 1 and 9 or equal to -1");
        }
    }

    /** {@code *}, nothing, or {@code partition:broker} pairs (KIP-73). */
    record ThrottledReplicas() implements ValueRule {
        private static final Pattern PAIR = Pattern.compile("[0-9]+:[0-9]+");

        @Override
        public @Nullable String problem(Setting setting, SettingValue.Good value) {
            List<?> elements = (List<?>) value.value();
            if (elements.equals(List.of("*"))
                    || elements.stream()
                            .allMatch(pair -> PAIR.matcher(pair.toString()).matches())) {
                return null;
            }
            return SettingValue.invalid(
                    setting,
                    elements.toString(),
                    setting.name() + " must be the literal '*' or a list of replicas in the following format: "
                            + "[partitionId]:[brokerId],[partitionId]:[brokerId],...");
        }
    }

    /** {@code host:port} elements. */
    record HostPorts() implements ValueRule {
        private static final Pattern HOST_PORT = Pattern.compile("\\[?[0-9A-Za-z._:%-]+]?:[0-9]{1,5}");

        @Override
        public @Nullable String problem(Setting setting, SettingValue.Good value) {
            for (Object element : (List<?>) value.value()) {
                if (!HOST_PORT.matcher(element.toString()).matches()) {
                    return "Failed to parse host name from " + element + " for the configuration " + setting.name()
                            + ". Each entry should be in the form \"{host}:{port}\"";
                }
            }
            return null;
        }
    }

    /** {@code id@host:port} elements. */
    record Voters() implements ValueRule {
        private static final Pattern VOTER = Pattern.compile("[0-9]+@[^\\s@]+:[0-9]{1,5}");

        @Override
        public @Nullable String problem(Setting setting, SettingValue.Good value) {
            for (Object element : (List<?>) value.value()) {
                if (!VOTER.matcher(element.toString()).matches()) {
                    return "Invalid configuration value for " + setting.name()
                            + ". Each entry should be in the form `{id}@{host}:{port}`.";
                }
            }
            return null;
        }
    }

    /** Where a share group starts to read (KIP-932): a word, or {@code by_duration:} and an ISO-8601 duration. */
    record ShareOffsetReset() implements ValueRule {
        private static final String BY_DURATION = "by_duration:";

        @Override
        public @Nullable String problem(Setting setting, SettingValue.Good value) {
            String text = value.text().toLowerCase(Locale.ROOT);
            boolean legal = text.equals("latest")
                    || text.equals("earliest")
                    || (text.startsWith(BY_DURATION) && isDuration(text.substring(BY_DURATION.length())));
            return legal
                    ? null
                    : SettingValue.invalid(
                            setting, value.text(), "It must be earliest, latest or by_duration:PnDTnHnMn.nS");
        }

        private static boolean isDuration(String text) {
            try {
                return !Duration.parse(text).isNegative();
            } catch (DateTimeParseException notOne) {
                return false;
            }
        }
    }
}
