/** What coordinators of every kind need of the broker: their internal topic, the partitions of it that are led here, and how requests reach them. */
@NullMarked
package dev.ottla.broker.coordination;

import org.jspecify.annotations.NullMarked;
