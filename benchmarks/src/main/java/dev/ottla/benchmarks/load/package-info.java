/** A load generator that the broker, and not a client, is the limit of. */
@NullMarked
package dev.ottla.benchmarks.load;

import org.jspecify.annotations.NullMarked;
