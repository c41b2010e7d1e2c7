package dev.ottla.controller;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.controller.IncrementalAlterConfigs.Edit;
import dev.ottla.metadata.config.ConfigCatalogue;
import dev.ottla.metadata.config.Setting;
import dev.ottla.metadata.config.SettingType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What is set for a resource after edits (KIP-339). Append and subtract work on lists, from the default when nothing is set. */
final class ConfigEdits {
    static final byte SET = 0;
    static final byte DELETE = 1;
    static final byte APPEND = 2;
    static final byte SUBTRACT = 3;

    private ConfigEdits() {}

    static Map<String, String> applyToTopic(Map<String, String> before, List<Edit> edits) {
        return apply(
                before,
                edits,
                name -> ConfigCatalogue.standard().topicSetting(name),
                (setting, edit) -> notAList(edit));
    }

    static Map<String, String> applyToGroup(Map<String, String> before, List<Edit> edits) {
        return apply(
                before,
                edits,
                name -> ConfigCatalogue.standard().groupSetting(name),
                (setting, edit) -> notAList(edit));
    }

    private static OttlaException notAList(Edit edit) {
        return new OttlaException(
                ErrorCode.INVALID_CONFIG,
                "Can't " + nameOf(edit.operation()) + " to key " + edit.name() + " because its type is not LIST.");
    }

    static Map<String, String> applyToBroker(Map<String, String> before, List<Edit> edits) {
        return apply(
                before,
                edits,
                name -> ConfigCatalogue.standard().brokerSetting(name),
                (setting, edit) -> new OttlaException(
                        ErrorCode.INVALID_CONFIG,
                        setting == null
                                ? "Unknown config name: " + edit.name()
                                : "Config value " + (edit.operation() == APPEND ? "append" : "subtract")
                                        + " is not allowed for config key: " + edit.name()));
    }

    static String nameOf(byte operation) {
        return switch (operation) {
            case SET -> "SET";
            case DELETE -> "DELETE";
            case APPEND -> "APPEND";
            case SUBTRACT -> "SUBTRACT";
            default -> throw unknown(operation);
        };
    }

    private static Map<String, String> apply(
            Map<String, String> before,
            List<Edit> edits,
            Function<String, @Nullable Setting> settingOf,
            BiFunction<@Nullable Setting, Edit, OttlaException> notAList) {
        Map<String, String> after = new TreeMap<>(before);
        for (Edit edit : edits) {
            switch (edit.operation()) {
                case SET -> after.put(edit.name(), valueOf(edit));
                case DELETE -> after.remove(edit.name());
                case APPEND, SUBTRACT -> {
                    Setting setting = settingOf.apply(edit.name());
                    if (setting == null || setting.type() != SettingType.LIST) {
                        throw notAList.apply(setting, edit);
                    }
                    String current =
                            after.getOrDefault(edit.name(), Objects.requireNonNullElse(setting.defaultValue(), ""));
                    after.put(edit.name(), edited(current, edit));
                }
                default -> throw unknown(edit.operation());
            }
        }
        return after;
    }

    private static String edited(String current, Edit edit) {
        List<String> elements = new ArrayList<>(elements(current));
        for (String element : elements(valueOf(edit))) {
            if (edit.operation() == SUBTRACT) {
                elements.remove(element);
            } else if (!elements.contains(element)) {
                elements.add(element);
            }
        }
        return String.join(",", elements);
    }

    private static List<String> elements(String list) {
        return Arrays.stream(list.split(",", -1))
                .filter(element -> !element.isEmpty())
                .toList();
    }

    private static String valueOf(Edit edit) {
        return Objects.requireNonNull(edit.value(), "checked before");
    }

    private static OttlaException unknown(byte operation) {
        return new OttlaException(ErrorCode.INVALID_REQUEST, "Unknown operations type " + operation);
    }
}
