/** Groups of consumers. */
@NullMarked
package dev.ottla.benchmarks.groups;

import org.jspecify.annotations.NullMarked;
