package dev.ottla.cli;

/**
 * What libraries and the JDK would look for on the class path at a start. Each look for what is not there opens every jar, 25 ms in all, so they are told at once what
 * they would end with.
 */
final class ClassPathLooks {
    static final String SIMPLE_LOGS = "org.slf4j.simple.SimpleServiceProvider";
    static final String LINUX_SELECTORS = "sun.nio.ch.EPollSelectorProvider";

    private static final String LOGS = "slf4j.provider";
    private static final String SELECTORS = "java.nio.channels.spi.SelectorProvider";

    private ClassPathLooks() {}

    /** Before anything is logged and any selector is opened. */
    static void save() {
        save(LOGS, SIMPLE_LOGS);
        // Or it would say that it was told.
        save("slf4j.internal.verbosity", "WARN");
        if (isInJdk(LINUX_SELECTORS)) {
            save(SELECTORS, LINUX_SELECTORS);
        }
    }

    private static void save(String property, String answer) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, answer);
        }
    }

    private static boolean isInJdk(String name) {
        try {
            Class.forName(name, false, null);
            return true;
        } catch (ClassNotFoundException elsewhere) {
            return false;
        }
    }
}
