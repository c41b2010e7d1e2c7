/** Every setting that Kafka knows: its type, default and rule, what Ottla makes of it, and which value is in force and why. */
@NullMarked
package dev.ottla.metadata.config;

import org.jspecify.annotations.NullMarked;
