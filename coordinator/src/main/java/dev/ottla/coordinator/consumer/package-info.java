/** Groups whose members are assigned by the coordinator (KIP-848). */
@NullMarked
package dev.ottla.coordinator.consumer;

import org.jspecify.annotations.NullMarked;
