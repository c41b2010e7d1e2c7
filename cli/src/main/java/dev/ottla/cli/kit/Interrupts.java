package dev.ottla.cli.kit;

/** SIGINT and SIGTERM, as far as a command cares about them. */
public interface Interrupts {
    /** Nobody interrupts: tests, and programs that embed a command. */
    Interrupts NONE = onInterrupt -> () -> {};

    /**
     * Runs {@code onInterrupt} when the process is asked to stop, before it ends.
     *
     * @return closes the registration: the command has ended by itself
     */
    Registration register(Runnable onInterrupt);

    /** A registration that can be taken back. */
    @FunctionalInterface
    interface Registration extends AutoCloseable {
        @Override
        void close();
    }
}
