package dev.ottla.controller;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;

/** Keeps config values from growing without end. */
final class ConfigLengths {
    private ConfigLengths() {}

    static void check(String name, String value) {
        if (value.length() > ControllerLimits.MAX_CONFIG_VALUE_LENGTH) {
            throw new OttlaException(
                    ErrorCode.INVALID_CONFIG,
                    "The value of " + name + " has " + value.length() + " characters, more than "
                            + ControllerLimits.MAX_CONFIG_VALUE_LENGTH);
        }
    }
}
