/** ottla txn: list, describe and abort transactions. */
@NullMarked
package dev.ottla.cli.txn;

import org.jspecify.annotations.NullMarked;
