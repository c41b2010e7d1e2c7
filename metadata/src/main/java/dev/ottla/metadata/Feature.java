package dev.ottla.metadata;

import org.jspecify.annotations.Nullable;

/**
 * What a cluster agrees on before any client may rely on it (KIP-584, KIP-1022): metadata.version is what tools show as the cluster's version, group.version 1 says that groups
 * of the consumer protocol work (KIP-848), transaction.version 2 that the epoch changes with each transaction (KIP-890). share.version comes when what it promises works.
 */
public enum Feature {
    /** From 3.3-IV3, the lowest that Apache Kafka 4.3 knows, to 4.3-IV0. */
    METADATA_VERSION("metadata.version", 7, 30, 30),
    GROUP_VERSION("group.version", 0, 1, 1),
    TRANSACTION_VERSION("transaction.version", 0, 2, 2);

    private final String wireName;
    private final short lowest;
    private final short highest;
    private final short unlessSet;

    Feature(String wireName, int lowest, int highest, int unlessSet) {
        this.wireName = wireName;
        this.lowest = (short) lowest;
        this.highest = (short) highest;
        this.unlessSet = (short) unlessSet;
    }

    /** The feature of a name, or null. */
    public static @Nullable Feature named(String name) {
        for (Feature feature : values()) {
            if (feature.wireName.equals(name)) {
                return feature;
            }
        }
        return null;
    }

    public String wireName() {
        return wireName;
    }

    /** The lowest level that this build works with. */
    public short lowest() {
        return lowest;
    }

    /** The highest level that this build works with. */
    public short highest() {
        return highest;
    }

    /** The level of a cluster in which nobody has set one. A build that learns a higher level leaves this as it is: a level rises when somebody says so. */
    short unlessSet() {
        return unlessSet;
    }
}
