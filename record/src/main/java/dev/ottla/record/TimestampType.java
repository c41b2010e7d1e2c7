package dev.ottla.record;

/** message.timestamp.type: whose clock a record's timestamp is. */
public enum TimestampType {
    /** The producer's. */
    CREATE_TIME,
    /** The broker's, stamped when the batch is appended. */
    LOG_APPEND_TIME
}
