package dev.ottla.cli.kit;

/** SIGINT and SIGTERM, as far as a command cares about them. */
public interface Interrupts {
    /** Nobody interrupts: tests, and programs that embed a command. */
    Interrupts NONE = new Interrupts() {
        @Override
        public Registration onInterrupt(Runnable tidyUp) {
            return () -> {};
        }

        @Override
        public Registration onStop(Runnable stop) {
            return () -> {};
        }
    };

    /**
     * Runs {@code tidyUp} when the process is asked to stop in the middle of its work; the exit code is the signal's.
     *
     * @return closes the registration: the command has ended by itself
     */
    Registration onInterrupt(Runnable tidyUp);

    /** The same for a server, for which being stopped is the good end: after {@code stop} the process ends with 0. */
    Registration onStop(Runnable stop);

    /** A registration that can be taken back. */
    @FunctionalInterface
    interface Registration extends AutoCloseable {
        @Override
        void close();
    }
}
