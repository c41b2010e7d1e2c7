package dev.ottla.metadata.config;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** The text of a setting, read by its type and checked by its rule, with Kafka's messages. */
public sealed interface SettingValue {
    /**
     * A legal value.
     *
     * @param value a Boolean, Integer, Short, Long, Double, String or List of String, as the type says
     * @param text the value as Kafka writes it back
     */
    record Good(Object value, String text) implements SettingValue {}

    /** @param message Kafka's own */
    record Bad(String message) implements SettingValue {}

    /** Reads and checks. */
    static SettingValue parse(Setting setting, String text) {
        Object value;
        try {
            value = read(setting.type(), text.trim());
        } catch (IllegalArgumentException notOfThatType) {
            return new Bad(invalid(setting, text, typeMessage(setting.type())));
        }
        Good good = new Good(value, write(value));
        String problem = setting.rule().problem(setting, good);
        return problem == null ? good : new Bad(problem);
    }

    /** Kafka's ConfigException text. */
    static String invalid(Setting setting, String value, String message) {
        String shown = setting.sensitive() ? "[hidden]" : value;
        return "Invalid value " + shown + " for configuration " + setting.name() + ": " + message;
    }

    private static Object read(SettingType type, String text) {
        return switch (type) {
            case BOOLEAN -> readBoolean(text);
            case INT -> Integer.valueOf(text);
            case SHORT -> Short.valueOf(text);
            case LONG -> Long.valueOf(text);
            case DOUBLE -> Double.valueOf(text);
            case LIST -> readList(text);
            case STRING, CLASS, PASSWORD -> text;
        };
    }

    private static Boolean readBoolean(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true" -> Boolean.TRUE;
            case "false" -> Boolean.FALSE;
            default -> throw new IllegalArgumentException();
        };
    }

    /** What stands in it twice counts once, as in Kafka. */
    private static List<String> readList(String text) {
        return text.isEmpty()
                ? List.of()
                : Arrays.stream(Commas.PATTERN.split(text, -1)).distinct().toList();
    }

    private static String write(Object value) {
        return value instanceof List<?> list
                ? String.join(",", list.stream().map(Object::toString).toList())
                : value.toString();
    }

    private static String typeMessage(SettingType type) {
        return switch (type) {
            case BOOLEAN -> "Expected value to be either true or false";
            case INT, SHORT, LONG, DOUBLE -> "Not a number of type " + type;
            case STRING, LIST, CLASS, PASSWORD -> "Not a value of type " + type;
        };
    }

    /** Commas with blanks around them. */
    final class Commas {
        private static final Pattern PATTERN = Pattern.compile("\\s*,\\s*");

        private Commas() {}
    }
}
