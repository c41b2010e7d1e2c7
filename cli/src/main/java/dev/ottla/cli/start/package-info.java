/** ottla start: a broker in the foreground. */
@NullMarked
package dev.ottla.cli.start;

import org.jspecify.annotations.NullMarked;
