package dev.ottla.broker.api;

/** The bit fields of KIP-430 without an authorizer: everything that can be done to the resource. Bit n is AclOperation n. */
public final class AuthorizedOperations {
    /** Read, write, create, delete, alter, describe, describe configs, alter configs. */
    public static final int TOPIC = bits(3, 4, 5, 6, 7, 8, 10, 11);

    /** Create, alter, describe, cluster action, describe configs, alter configs, idempotent write. */
    public static final int CLUSTER = bits(5, 7, 8, 9, 10, 11, 12);

    /** Read, delete, describe, describe configs, alter configs. */
    public static final int GROUP = bits(3, 6, 8, 10, 11);

    private AuthorizedOperations() {}

    private static int bits(int... operations) {
        int field = 0;
        for (int operation : operations) {
            field |= 1 << operation;
        }
        return field;
    }
}
