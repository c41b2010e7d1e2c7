/** A partition's log: segments, sparse indexes, leader epochs, producer state, retention, recovery. */
@NullMarked
package dev.ottla.log;

import org.jspecify.annotations.NullMarked;
