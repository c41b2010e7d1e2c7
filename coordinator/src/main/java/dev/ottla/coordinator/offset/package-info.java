/** Committed offsets: commit, fetch, delete, expire. */
@NullMarked
package dev.ottla.coordinator.offset;

import org.jspecify.annotations.NullMarked;
