/** What every command is built from: input and output, tables, JSON, exit codes and the runner. */
@NullMarked
package dev.ottla.cli.kit;

import org.jspecify.annotations.NullMarked;
