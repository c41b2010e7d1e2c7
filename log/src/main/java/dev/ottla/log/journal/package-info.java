/**
 * A data folder's journal: every change of every partition in it, in one sequence of pre-written, recycled files, made durable by one writer
 * with one force for many appends.
 */
@NullMarked
package dev.ottla.log.journal;

import org.jspecify.annotations.NullMarked;
