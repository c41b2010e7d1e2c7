package dev.ottla.coordinator.runtime;

/** @param commitTimeoutMs how long an answer waits for what it rests on to be committed (offsets.commit.timeout.ms) */
public record RuntimeSettings(long commitTimeoutMs) {}
