/** Runs pure cores: their events to a partition's log, their answers out once what they rest on is committed, their timers when due. */
@NullMarked
package dev.ottla.coordinator.runtime;

import org.jspecify.annotations.NullMarked;
