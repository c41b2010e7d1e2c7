package dev.ottla.cli.start;

import dev.ottla.base.DirectoryId;
import java.security.SecureRandom;
import java.text.SimpleDateFormat;

/**
 * What the JVM makes at first use and keeps in no cache, and a broker needs in its first tenths of a second: done on another thread while the command line and the
 * settings are read. Whoever comes to it first does it; nobody waits for this thread.
 */
public final class WarmUp implements Runnable {
    private volatile int unused;

    /** Begins, on a thread of its own. */
    public static void begin() {
        Thread.ofPlatform().daemon().name("ottla-warm-up").start(new WarmUp());
    }

    @Override
    public void run() {
        unused = new SimpleDateFormat("yyyy-MM-dd HH:mm:ss.SSS").hashCode();
        unused = new DirectoryId(0, 0).hashCode();
        unused = new SecureRandom().hashCode();
    }
}
