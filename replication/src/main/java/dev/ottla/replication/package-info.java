/** Partitions as this broker leads them: append, high watermark, reads, waiters. */
@NullMarked
package dev.ottla.replication;

import org.jspecify.annotations.NullMarked;
