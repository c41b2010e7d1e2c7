/** What a handler is, what it is given, and how requests reach it. */
@NullMarked
package dev.ottla.broker.api;

import org.jspecify.annotations.NullMarked;
