/** The oracle: what a client sees of Ottla must be what it sees of Apache Kafka 4.3.1. Test-only. */
@NullMarked
package dev.ottla.conformance;

import org.jspecify.annotations.NullMarked;
