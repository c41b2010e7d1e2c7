package dev.ottla.cli.kit;

/** What a command does, once its command line is understood. */
@FunctionalInterface
public interface Action {
    /** @throws CommandFailure with the exit code; whatever else is thrown is explained by the runner */
    void run(Given given, Io io) throws Exception;
}
