/** What the launcher runs once after a build, so that starts and commands find their classes ready in a cache. */
@NullMarked
package dev.ottla.cli.assemble;

import org.jspecify.annotations.NullMarked;
