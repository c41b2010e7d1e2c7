/** Brokers as processes of their own, and what the operating system says of them. */
@NullMarked
package dev.ottla.benchmarks.broker;

import org.jspecify.annotations.NullMarked;
