/** ottla cluster: what the cluster is made of. */
@NullMarked
package dev.ottla.cli.cluster;

import org.jspecify.annotations.NullMarked;
