/** ottla topic: create, list, describe, alter and delete topics. */
@NullMarked
package dev.ottla.cli.topic;

import org.jspecify.annotations.NullMarked;
