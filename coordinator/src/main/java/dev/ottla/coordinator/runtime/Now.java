package dev.ottla.coordinator.runtime;

/**
 * The time that a core is told.
 *
 * @param wallMs since the epoch, for what is stored and shown; may jump
 * @param monotonicMs from an arbitrary origin, never going back, for timers
 */
public record Now(long wallMs, long monotonicMs) {}
