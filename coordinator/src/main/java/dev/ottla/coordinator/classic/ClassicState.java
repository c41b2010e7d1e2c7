package dev.ottla.coordinator.classic;

/**
 * Where a classic group stands.
 *
 * <pre>
 * EMPTY --join--> PREPARING_REBALANCE --all joined, or time--> COMPLETING_REBALANCE --leader's sync--> STABLE
 *   ^                 |        ^                                       |                                 |
 *   |---nobody left---|        |-----------join, leave, expiry---------|---------------------------------|
 * </pre>
 */
enum ClassicState {
    EMPTY("Empty"),
    PREPARING_REBALANCE("PreparingRebalance"),
    COMPLETING_REBALANCE("CompletingRebalance"),
    STABLE("Stable");

    private final String shown;

    ClassicState(String shown) {
        this.shown = shown;
    }

    /** As Kafka's tools know it. */
    String shown() {
        return shown;
    }
}
