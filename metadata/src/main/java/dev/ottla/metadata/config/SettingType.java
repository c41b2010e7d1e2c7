package dev.ottla.metadata.config;

/** A setting's type, with its number in DescribeConfigs responses (KIP-569). */
public enum SettingType {
    BOOLEAN(1),
    STRING(2),
    INT(3),
    SHORT(4),
    LONG(5),
    DOUBLE(6),
    LIST(7),
    CLASS(8),
    PASSWORD(9);

    private final byte wireCode;

    SettingType(int wireCode) {
        this.wireCode = (byte) wireCode;
    }

    /** The number that goes over the wire. */
    public byte wireCode() {
        return wireCode;
    }
}
