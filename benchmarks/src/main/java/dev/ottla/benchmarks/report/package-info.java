/** Figures, and how they are printed, written and drawn. Knows neither brokers nor clients. */
@NullMarked
package dev.ottla.benchmarks.report;

import org.jspecify.annotations.NullMarked;
