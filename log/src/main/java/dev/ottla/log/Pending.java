package dev.ottla.log;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Stands where a body is still to come. */
final class Pending {
    private static final @Nullable Object NOTHING = null;

    private Pending() {}

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // never returns: the cast is never made
    static <T> T value() {
        return (T) Objects.requireNonNull(NOTHING, "not built yet");
    }
}
