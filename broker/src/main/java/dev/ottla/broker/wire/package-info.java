/** Frames to messages and back: headers, bounded decoding, exact encoding. Knows no API's meaning. */
@NullMarked
package dev.ottla.broker.wire;

import org.jspecify.annotations.NullMarked;
