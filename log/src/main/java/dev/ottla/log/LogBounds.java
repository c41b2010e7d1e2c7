package dev.ottla.log;

import dev.ottla.base.TopicPartition;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a log that was loaded begins and ends.
 *
 * @param anew its segments did not reach that far, and gave way to an empty one
 */
record LogBounds(long start, long end, boolean anew) {
    private static final Logger LOG = LoggerFactory.getLogger(LogBounds.class);

    /**
     * Holds what the segments have against what is known of the log, and begins it anew where it may be.
     *
     * @throws DamagedLogException when something is missing that must be there
     */
    static LogBounds settle(TopicPartition partition, FoundSegments segments, LoadFrom from) throws IOException {
        boolean emptied = from.emptied() && segments.last().nextOffset() < from.recoveryPoint();
        if (emptied) {
            segments.beginAnewAt(from.recoveryPoint());
        }
        long end = segments.last().nextOffset();
        if (end < from.recoveryPoint()) {
            throw new DamagedLogException("The log of " + partition + " ends at offset " + end
                    + ", but everything below " + from.recoveryPoint() + " was forced to the disk. "
                    + DamagedLogException.whatToDo(partition.folderName()));
        }
        long start = Math.max(from.logStart(), segments.first().baseOffset());
        if (end >= start) {
            return new LogBounds(start, end, emptied);
        }
        if (!from.vouched()) {
            throw SegmentChecks.startBeyondEnd(partition, start, end);
        }
        LOG.warn("The log of {} ends at {}, before its start {}: it begins anew there", partition, end, start);
        segments.beginAnewAt(start);
        return new LogBounds(start, start, true);
    }
}
