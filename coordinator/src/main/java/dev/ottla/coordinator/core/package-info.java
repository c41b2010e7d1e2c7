/** The group coordinator's core, put together. */
@NullMarked
package dev.ottla.coordinator.core;

import org.jspecify.annotations.NullMarked;
