/** The works of the set speed, and the machine's limits. */
@NullMarked
package dev.ottla.benchmarks.speed;

import org.jspecify.annotations.NullMarked;
