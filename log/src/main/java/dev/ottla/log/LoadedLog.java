package dev.ottla.log;

import dev.ottla.log.checkpoint.LeaderEpochs;
import dev.ottla.log.producer.ProducerStates;

/** A log as loading left it. */
record LoadedLog(
        SegmentList segments,
        long logStart,
        long logEnd,
        long highWatermark,
        long flushed,
        LeaderEpochs epochs,
        LeaderEpochs writtenEpochs,
        ProducerStates producers) {}
