/** What log compaction keeps of a batch: the last record of each key, producers' last sequences, markers as long as they are needed. Does no I/O. */
@NullMarked
package dev.ottla.log.compact;

import org.jspecify.annotations.NullMarked;
