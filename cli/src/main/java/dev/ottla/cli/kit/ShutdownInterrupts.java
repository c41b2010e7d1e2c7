package dev.ottla.cli.kit;

/** Interrupts by the JVM's shutdown hooks, which SIGINT and SIGTERM start. */
public final class ShutdownInterrupts implements Interrupts {
    @Override
    public Registration onInterrupt(Runnable tidyUp) {
        var hook = new Thread(tidyUp, "ottla-interrupted");
        Runtime.getRuntime().addShutdownHook(hook);
        return () -> {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException alreadyStopping) {
                // The hook is running: it does what there is to do.
            }
        };
    }

    /** Halts from inside the hook: the JVM would report the signal instead of the clean stop. */
    @Override
    public Registration onStop(Runnable stop) {
        return onInterrupt(() -> {
            int code = ExitCode.FAILED.number();
            try {
                stop.run();
                code = ExitCode.OK.number();
            } finally {
                Runtime.getRuntime().halt(code);
            }
        });
    }
}
