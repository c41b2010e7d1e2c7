package dev.ottla.cli.kit;

import org.jspecify.annotations.Nullable;

/** Ends a command: what is wrong, what to do next, and the exit code. Never printed as a stack trace. */
public final class CommandFailure extends RuntimeException {
    private final ExitCode exitCode;
    private final String what;
    private final @Nullable String hint;
    private final @Nullable String error;

    private CommandFailure(ExitCode exitCode, String what, @Nullable String hint, @Nullable String error) {
        super(what);
        this.exitCode = exitCode;
        this.what = what;
        this.hint = hint;
        this.error = error;
    }

    /** @param what one sentence that says what is wrong */
    public static CommandFailure of(ExitCode exitCode, String what) {
        return new CommandFailure(exitCode, what, null, null);
    }

    /** @param next one sentence that says what to do next */
    public CommandFailure hint(String next) {
        return new CommandFailure(exitCode, what, next, error);
    }

    /** @param name the protocol's name of the error, such as INVALID_CONFIG */
    public CommandFailure error(String name) {
        return new CommandFailure(exitCode, what, hint, name);
    }

    public ExitCode exitCode() {
        return exitCode;
    }

    public String what() {
        return what;
    }

    public @Nullable String hint() {
        return hint;
    }

    public @Nullable String error() {
        return error;
    }
}
