package dev.ottla.metadata.config;

/** What Ottla makes of a setting today. */
public enum SettingStatus {
    /** It does what Kafka's does. */
    WORKS,
    /** Nothing in Ottla depends on it; setting it is allowed and worth a warning. */
    ACCEPTED_WITHOUT_EFFECT,
    /** Ignoring it could hurt: any value but the default is an error until it works. */
    REFUSED
}
