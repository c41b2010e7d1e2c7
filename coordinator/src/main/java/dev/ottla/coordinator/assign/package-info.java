/** Who reads what: the assignors that run in the coordinator. */
@NullMarked
package dev.ottla.coordinator.assign;

import org.jspecify.annotations.NullMarked;
