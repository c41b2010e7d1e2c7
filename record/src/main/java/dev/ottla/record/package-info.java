/** Record batches v2: views over buffers, validation, compression, builders. Buffers are big-endian. */
@NullMarked
package dev.ottla.record;

import org.jspecify.annotations.NullMarked;
