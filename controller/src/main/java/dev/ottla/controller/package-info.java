/** The pure core that turns commands into metadata events, its runtime, and the local log that keeps the events. */
@NullMarked
package dev.ottla.controller;

import org.jspecify.annotations.NullMarked;
