package dev.ottla.controller;

/** What a client can make grow here, and how far. */
public final class ControllerLimits {
    /** Topics, partitions and configs that one request may create or change: as Kafka's records per operation. */
    public static final int MAX_CHANGES_PER_REQUEST = 10_000;

    /** Partitions that one request may ask for: as Kafka's. */
    public static final int MAX_PARTITIONS_PER_REQUEST = 10_000;

    /** Partitions of all topics together. */
    public static final int MAX_PARTITIONS = 200_000;

    /** Length of one config's value in characters. */
    public static final int MAX_CONFIG_VALUE_LENGTH = 32_767;

    /** Groups with settings of their own. */
    public static final int MAX_GROUPS_WITH_CONFIGS = 10_000;

    /** Length of the name of a group with settings of its own, in characters. */
    public static final int MAX_GROUP_NAME_LENGTH = 32_767;

    private ControllerLimits() {}
}
