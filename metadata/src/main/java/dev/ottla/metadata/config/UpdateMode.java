package dev.ottla.metadata.config;

/** How Apache Kafka lets a broker setting change (KIP-226). */
public enum UpdateMode {
    /** Only by a restart. */
    READ_ONLY,
    /** Live, for one broker only: it makes no sense for all. */
    PER_BROKER,
    /** Live, for one broker or as a default of all. */
    CLUSTER_WIDE
}
