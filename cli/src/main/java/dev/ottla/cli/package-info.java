/** The ottla command. */
@NullMarked
package dev.ottla.cli;

import org.jspecify.annotations.NullMarked;
