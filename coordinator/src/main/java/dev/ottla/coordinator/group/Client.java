package dev.ottla.coordinator.group;

/**
 * Who asks.
 *
 * @param id the request header's client id; empty when it has none
 * @param host its address, as Kafka shows it: {@code /127.0.0.1}
 * @param version of the request
 */
public record Client(String id, String host, short version) {}
