/** Event loops, frames, replies in request order, limits. Knows no API: a frame is a size and bytes. */
@NullMarked
package dev.ottla.network;

import org.jspecify.annotations.NullMarked;
