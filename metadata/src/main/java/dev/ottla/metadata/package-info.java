/** The cluster as one immutable image, the events that change it, configs and their synonyms. */
@NullMarked
package dev.ottla.metadata;

import org.jspecify.annotations.NullMarked;
