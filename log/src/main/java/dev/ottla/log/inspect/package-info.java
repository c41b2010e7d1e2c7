/** Looks into the files of a data folder without changing any: what is in them, whether they are whole, where the space is. */
@NullMarked
package dev.ottla.log.inspect;

import org.jspecify.annotations.NullMarked;
