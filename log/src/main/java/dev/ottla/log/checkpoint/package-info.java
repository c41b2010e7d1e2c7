/** The small text files beside the segments: offset checkpoints, leader epochs, partition metadata, the clean-shutdown mark. */
@NullMarked
package dev.ottla.log.checkpoint;

import org.jspecify.annotations.NullMarked;
