/** The inner loops, one by one, in a JVM of their own: JMH, with what each call allocates. */
@NullMarked
package dev.ottla.benchmarks.inner;

import org.jspecify.annotations.NullMarked;
