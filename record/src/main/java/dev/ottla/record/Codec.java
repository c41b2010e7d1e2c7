package dev.ottla.record;

import org.jspecify.annotations.Nullable;

/** The five ways records of a batch may be compressed; ids as in the batch attributes. */
public enum Codec {
    NONE(0, "none"),
    GZIP(1, "gzip"),
    SNAPPY(2, "snappy"),
    LZ4(3, "lz4"),
    ZSTD(4, "zstd");

    private static final Codec[] BY_ID = values();

    private final int id;
    private final String configName;

    Codec(int id, String configName) {
        this.id = id;
        this.configName = configName;
    }

    public int id() {
        return id;
    }

    /** As compression.type spells it. */
    public String configName() {
        return configName;
    }

    /** Null when the id means nothing. */
    public static @Nullable Codec byId(int id) {
        return id >= 0 && id < BY_ID.length ? BY_ID[id] : null;
    }
}
