/** ottla config: read and change the settings of topics and brokers. */
@NullMarked
package dev.ottla.cli.config;

import org.jspecify.annotations.NullMarked;
