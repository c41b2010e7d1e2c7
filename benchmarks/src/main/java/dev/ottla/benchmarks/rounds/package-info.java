/** One run: works, rounds, contenders in turn. */
@NullMarked
package dev.ottla.benchmarks.rounds;

import org.jspecify.annotations.NullMarked;
