/** `ottla log`: an operator's look into data folders, without a broker. */
@NullMarked
package dev.ottla.cli.log;

import org.jspecify.annotations.NullMarked;
