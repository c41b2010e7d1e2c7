package dev.ottla.conformance;

import java.nio.file.Path;

/** A running broker of one kind, with node id 1, on a loopback port. */
public interface Target extends AutoCloseable {
    /** For messages: {@code Apache Kafka} or {@code Ottla}. */
    String name();

    String host();

    int port();

    /** The folder that holds one folder per partition. */
    Path dataFolder();

    default String bootstrap() {
        return host() + ":" + port();
    }

    @Override
    void close();
}
