/** What a client asks first: which APIs there are, and who leads what. */
@NullMarked
package dev.ottla.broker.cluster;

import org.jspecify.annotations.NullMarked;
