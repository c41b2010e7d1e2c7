/** What operators and admin clients ask: topics, configs, log folders, the cluster's shape. One class per API, straight-line code. */
@NullMarked
package dev.ottla.broker.admin;

import org.jspecify.annotations.NullMarked;
