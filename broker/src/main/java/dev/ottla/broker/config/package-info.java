/** The broker's settings: from a file and the command line to typed, checked values. */
@NullMarked
package dev.ottla.broker.config;

import org.jspecify.annotations.NullMarked;
