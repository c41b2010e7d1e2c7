/** What a partition remembers of its producers (KIP-98, KIP-360): epochs, sequences, open transactions, and their snapshot file. */
@NullMarked
package dev.ottla.log.producer;

import org.jspecify.annotations.NullMarked;
