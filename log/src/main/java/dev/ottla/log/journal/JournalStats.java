package dev.ottla.log.journal;

/**
 * What a journal has done since the process started, and how large it is.
 *
 * @param groups groups made durable, each with one write and one force
 * @param entries in those groups
 * @param writtenBytes of those groups, on the disk
 * @param writeNanos spent in their writes and forces
 * @param usedBytes what a start after a crash would read
 * @param maxBytes the bound of that
 */
public record JournalStats(
        long groups, long entries, long writtenBytes, long writeNanos, long usedBytes, long maxBytes) {}
