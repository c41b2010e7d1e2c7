package dev.ottla.coordinator.txn;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where a transactional id stands; numbers and names are Kafka's.
 *
 * <pre>
 * EMPTY --add--> ONGOING --commit--> PREPARE_COMMIT --markers written--> COMPLETE_COMMIT
 *                   |------abort, timeout, fence---> PREPARE_ABORT --markers written--> COMPLETE_ABORT
 * COMPLETE_* --add--> ONGOING, --init--> EMPTY; EMPTY, COMPLETE_* --abort (v2)--> PREPARE_ABORT
 * </pre>
 */
public enum TransactionStatus {
    EMPTY(0, "Empty"),
    ONGOING(1, "Ongoing"),
    PREPARE_COMMIT(2, "PrepareCommit"),
    PREPARE_ABORT(3, "PrepareAbort"),
    COMPLETE_COMMIT(4, "CompleteCommit"),
    COMPLETE_ABORT(5, "CompleteAbort");

    private final byte id;
    private final String shown;

    TransactionStatus(int id, String shown) {
        this.id = (byte) id;
        this.shown = shown;
    }

    byte id() {
        return id;
    }

    /** As Kafka's tools show it. */
    public String shown() {
        return shown;
    }

    /** Whether Kafka has a state of this name; two of them never leave its memory, so nothing here is in them. */
    public static boolean isKnown(String name) {
        return name.equals("Dead")
                || name.equals("PrepareEpochFence")
                || Arrays.stream(values()).anyMatch(status -> status.shown.equals(name));
    }

    /** Null for a number that nothing stored has: Dead and PrepareEpochFence never leave Kafka's memory. */
    static @Nullable TransactionStatus ofId(byte id) {
        return id >= 0 && id < values().length ? values()[id] : null;
    }

    /** Whether its end is decided, and not yet known in all partitions. */
    public boolean isEnding() {
        return this == PREPARE_COMMIT || this == PREPARE_ABORT;
    }

    /** Whether nothing is open. */
    public boolean isAtRest() {
        return this == EMPTY || this == COMPLETE_COMMIT || this == COMPLETE_ABORT;
    }
}
