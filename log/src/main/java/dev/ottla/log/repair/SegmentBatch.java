package dev.ottla.log.repair;

import java.nio.file.Path;

/** A whole batch in a segment's file. */
record SegmentBatch(Path file, long position, int sizeBytes, long base, long last, int epoch, int crc) {}
