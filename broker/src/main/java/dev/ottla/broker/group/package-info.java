/** Consumer groups: the APIs, and the coordinators behind them on the partitions of {@code __consumer_offsets}. */
@NullMarked
package dev.ottla.broker.group;

import org.jspecify.annotations.NullMarked;
