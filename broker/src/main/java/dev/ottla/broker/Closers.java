package dev.ottla.broker;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What was opened, to be closed the other way round, each even when one before it fails. */
final class Closers {
    private static final Logger LOG = LoggerFactory.getLogger(Closers.class);

    private record Opened(String name, AutoCloseable resource) {}

    private final Deque<Opened> opened = new ArrayDeque<>();

    void add(String name, AutoCloseable resource) {
        opened.push(new Opened(name, resource));
    }

    /** True when everything closed without an exception; those that did not are logged. */
    boolean closeAll() {
        boolean clean = true;
        while (!opened.isEmpty()) {
            Opened next = opened.pop();
            try {
                next.resource().close();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                clean = false;
            } catch (Exception e) {
                LOG.error("Closing the {} failed", next.name(), e);
                clean = false;
            }
        }
        return clean;
    }
}
