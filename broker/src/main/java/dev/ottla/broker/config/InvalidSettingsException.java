package dev.ottla.broker.config;

import java.util.List;

/** Settings that a broker cannot start with: all that is wrong, one line each, so that a person mends it in one go. */
public final class InvalidSettingsException extends RuntimeException {
    private final List<String> problems;

    /** @param problems each with the setting's name and what to write instead */
    public InvalidSettingsException(List<String> problems) {
        super(String.join(System.lineSeparator(), problems));
        this.problems = List.copyOf(problems);
    }

    public List<String> problems() {
        return problems;
    }
}
