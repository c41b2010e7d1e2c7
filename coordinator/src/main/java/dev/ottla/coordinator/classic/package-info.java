/** Groups whose members elect a leader that assigns (the classic protocol). */
@NullMarked
package dev.ottla.coordinator.classic;

import org.jspecify.annotations.NullMarked;
