/** What moves records: Produce, Fetch with its sessions, offsets look-ups, record deletion and producer ids. */
@NullMarked
package dev.ottla.broker.data;

import org.jspecify.annotations.NullMarked;
