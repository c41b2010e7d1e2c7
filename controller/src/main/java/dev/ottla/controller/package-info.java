/** The pure core that turns commands into metadata events, and the local log that keeps them. */
@NullMarked
package dev.ottla.controller;

import org.jspecify.annotations.NullMarked;
