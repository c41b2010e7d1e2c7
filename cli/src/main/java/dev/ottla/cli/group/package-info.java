/** ottla group: list, describe, reset and delete consumer groups. */
@NullMarked
package dev.ottla.cli.group;

import org.jspecify.annotations.NullMarked;
