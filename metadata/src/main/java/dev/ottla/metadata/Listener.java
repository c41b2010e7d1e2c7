package dev.ottla.metadata;

/**
 * Where a broker is reached.
 *
 * @param name the listener's name, such as {@code PLAINTEXT}
 * @param securityProtocol Kafka's id: 0 PLAINTEXT, 1 SSL, 2 SASL_PLAINTEXT, 3 SASL_SSL
 */
public record Listener(String name, String host, int port, short securityProtocol) {}
