/** The composition root: configuration, lifecycle, the table of APIs. */
@NullMarked
package dev.ottla.broker;

import org.jspecify.annotations.NullMarked;
