package dev.ottla.metadata.config;

/** Where a setting may be set. */
public enum SettingScope {
    /** In the broker's file or command line, and some live for one broker or all. */
    BROKER,
    /** For brokers, but only live: Kafka has no static form of it. */
    BROKER_DYNAMIC_ONLY,
    /** Per topic. */
    TOPIC,
    /** Per group (KIP-848, KIP-932, KIP-1071). */
    GROUP
}
