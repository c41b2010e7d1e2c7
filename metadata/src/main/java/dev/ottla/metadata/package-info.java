/** The cluster as one immutable image, and the events that change it. */
@NullMarked
package dev.ottla.metadata;

import org.jspecify.annotations.NullMarked;
