/** Works that look at one matter closely, each beside Apache Kafka. */
@NullMarked
package dev.ottla.benchmarks.works;

import org.jspecify.annotations.NullMarked;
