/** ottla produce and ottla consume. */
@NullMarked
package dev.ottla.cli.records;

import org.jspecify.annotations.NullMarked;
