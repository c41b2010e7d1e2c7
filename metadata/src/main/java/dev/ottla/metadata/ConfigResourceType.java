package dev.ottla.metadata;

import org.jspecify.annotations.Nullable;

/** What a configuration belongs to, with its number on the wire (KIP-133, KIP-714, KIP-848). */
public enum ConfigResourceType {
    TOPIC(2),
    BROKER(4),
    BROKER_LOGGER(8),
    CLIENT_METRICS(16),
    GROUP(32);

    private final byte wireCode;

    ConfigResourceType(int wireCode) {
        this.wireCode = (byte) wireCode;
    }

    /** The number that goes over the wire. */
    public byte wireCode() {
        return wireCode;
    }

    /** The type of a number from the wire; null when Kafka 4.3 knows none. */
    public static @Nullable ConfigResourceType ofWireCode(byte wireCode) {
        for (ConfigResourceType type : values()) {
            if (type.wireCode == wireCode) {
                return type;
            }
        }
        return null;
    }
}
