package dev.ottla.log;

/**
 * What the files of a segment were when it was sealed.
 *
 * @param logBytes of the .log file
 * @param times the CRC32C of the .timeindex
 * @param aborted the CRC32C of the .txnindex, 0 without one
 */
public record SegmentSum(long baseOffset, int logBytes, int times, int aborted) {}
