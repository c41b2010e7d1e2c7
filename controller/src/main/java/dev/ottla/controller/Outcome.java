package dev.ottla.controller;

import dev.ottla.base.ErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * What became of one item of a request.
 *
 * @param message what clients see; null for none, then the edge may send the code's own
 */
public record Outcome(ErrorCode code, @Nullable String message) {
    public static final Outcome OK = new Outcome(ErrorCode.NONE, null);

    static Outcome failed(ErrorCode code, String message) {
        return new Outcome(code, message);
    }

    public boolean isOk() {
        return code == ErrorCode.NONE;
    }
}
