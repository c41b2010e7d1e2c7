package dev.ottla.log;

/**
 * A record found by time.
 *
 * @param timestampMs the record's
 * @param leaderEpoch the epoch in which the record was appended, not the current one
 */
public record TimestampOffset(long timestampMs, long offset, int leaderEpoch) {}
