/** Whole-system measurements beside Apache Kafka. */
@NullMarked
package dev.ottla.benchmarks;

import org.jspecify.annotations.NullMarked;
