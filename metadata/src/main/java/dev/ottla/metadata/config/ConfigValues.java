package dev.ottla.metadata.config;

import java.util.List;
import java.util.Map;

/** Values in force, by name, in typed form. Asking for a name or type that the catalogue does not have is a bug. */
public final class ConfigValues {
    private final Map<String, Object> values;

    ConfigValues(Map<String, Object> values) {
        this.values = Map.copyOf(values);
    }

    public int intOf(String name) {
        return (Integer) of(name);
    }

    public short shortOf(String name) {
        return (Short) of(name);
    }

    public long longOf(String name) {
        return (Long) of(name);
    }

    public double doubleOf(String name) {
        return (Double) of(name);
    }

    public boolean booleanOf(String name) {
        return (Boolean) of(name);
    }

    public String stringOf(String name) {
        return (String) of(name);
    }

    public List<String> listOf(String name) {
        return ((List<?>) of(name)).stream().map(String::valueOf).toList();
    }

    /** Whether there is a value: some settings have neither a default nor anything set. */
    public boolean has(String name) {
        return values.containsKey(name);
    }

    private Object of(String name) {
        Object value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("There is no value for " + name);
        }
        return value;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ConfigValues that && values.equals(that.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    @Override
    public String toString() {
        return values.toString();
    }
}
