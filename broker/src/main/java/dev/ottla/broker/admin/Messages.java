package dev.ottla.broker.admin;

import dev.ottla.controller.Outcome;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/** The text beside an error code. */
final class Messages {
    private Messages() {}

    /** The outcome's own message, else the code's; null for success. */
    static @Nullable String of(Outcome outcome) {
        if (outcome.isOk()) {
            return null;
        }
        String message = outcome.message();
        return message != null
                ? message
                : Errors.forCode(outcome.code().wireCode()).message();
    }
}
