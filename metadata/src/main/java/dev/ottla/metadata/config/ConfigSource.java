package dev.ottla.metadata.config;

/** Where a value comes from, with its number in DescribeConfigs responses (KIP-226, KIP-714, KIP-848). */
public enum ConfigSource {
    DYNAMIC_TOPIC_CONFIG(1),
    DYNAMIC_BROKER_CONFIG(2),
    DYNAMIC_DEFAULT_BROKER_CONFIG(3),
    STATIC_BROKER_CONFIG(4),
    DEFAULT_CONFIG(5),
    DYNAMIC_BROKER_LOGGER_CONFIG(6),
    CLIENT_METRICS_CONFIG(7),
    GROUP_CONFIG(8);

    private final byte wireCode;

    ConfigSource(int wireCode) {
        this.wireCode = (byte) wireCode;
    }

    /** The number that goes over the wire. */
    public byte wireCode() {
        return wireCode;
    }
}
