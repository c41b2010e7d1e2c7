package dev.ottla.log;

/**
 * How the last process left a data folder.
 *
 * @param brokerEpoch of its clean close; -1 when not known
 */
record CleanStart(boolean clean, long brokerEpoch) {}
