package dev.ottla.cli.kit;

/** Interrupts by the JVM's shutdown hooks, which SIGINT and SIGTERM start. */
public final class ShutdownInterrupts implements Interrupts {
    @Override
    public Registration register(Runnable onInterrupt) {
        var hook = new Thread(onInterrupt, "ottla-interrupted");
        Runtime.getRuntime().addShutdownHook(hook);
        return () -> {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException alreadyStopping) {
                // The hook is running: it does what there is to do.
            }
        };
    }
}
