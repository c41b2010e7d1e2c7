/** How the commands reach a broker: options, clients, and what their failures mean to a person. */
@NullMarked
package dev.ottla.cli.client;

import org.jspecify.annotations.NullMarked;
