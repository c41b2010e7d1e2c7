package dev.ottla.cli;

/**
 * What libraries and the JDK would look for on the class path at a start. Each look for what is not there opens every jar, 25 ms in all, so they are told at once what
 * they would end with.
 */
final class ClassPathLooks {
    private static final String SELECTORS = "java.nio.channels.spi.SelectorProvider";
    private static final String LINUX_SELECTORS = "sun.nio.ch.EPollSelectorProvider";

    private ClassPathLooks() {}

    /** Before anything is logged and any selector is opened. */
    static void save() {
        System.setProperty("slf4j.provider", "org.slf4j.simple.SimpleServiceProvider");
        // Or it would say that it was told.
        System.setProperty("slf4j.internal.verbosity", "WARN");
        if (System.getProperty(SELECTORS) == null && isInJdk(LINUX_SELECTORS)) {
            System.setProperty(SELECTORS, LINUX_SELECTORS);
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
