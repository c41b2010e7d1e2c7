package dev.ottla.log.journal;

import dev.ottla.base.TopicId;

/**
 * How much of a partition is forced in its own segments: everything below {@code offset}, and the effect of every entry of it up to and
 * including {@code lsn}. Replay re-applies only entries above {@code lsn}.
 */
public record RecoveryPoint(TopicId topic, int partition, long offset, long lsn) {}
