/** Ids, the error catalogue, limits and the ports to time, chance and files: what every other room may use. */
@NullMarked
package dev.ottla.base;

import org.jspecify.annotations.NullMarked;
