/** Gives up what is damaged in a partition's files, explicitly, and keeps all the rest. */
@NullMarked
package dev.ottla.log.repair;

import org.jspecify.annotations.NullMarked;
