/** What the protocols of groups share: the groups of one partition of {@code __consumer_offsets}, their offsets, timers and settings. */
@NullMarked
package dev.ottla.coordinator.group;

import org.jspecify.annotations.NullMarked;
