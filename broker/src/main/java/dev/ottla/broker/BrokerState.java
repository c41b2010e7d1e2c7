package dev.ottla.broker;

/**
 * Where a broker is in its life.
 *
 * <pre>
 * STARTING -> RUNNING -> STOPPING -> STOPPED
 *     \          \-> FAILED -> STOPPING
 *      \-> (start throws; nothing is left open)
 * </pre>
 */
public enum BrokerState {
    /** Folders are taken and logs recovered; nothing is served. */
    STARTING,
    /** Requests are served. */
    RUNNING,
    /** An error that it cannot go on after: it is about to stop. */
    FAILED,
    /** No new requests; started ones finish, then everything is forced and closed. */
    STOPPING,
    /** Nothing is open. */
    STOPPED
}
