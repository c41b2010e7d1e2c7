/** What changes a group, and its form in {@code __consumer_offsets}. */
@NullMarked
package dev.ottla.coordinator.event;

import org.jspecify.annotations.NullMarked;
