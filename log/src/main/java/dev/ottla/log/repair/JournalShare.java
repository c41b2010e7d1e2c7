package dev.ottla.log.repair;

import dev.ottla.base.TopicId;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of one partition's part of a damaged journal.
 *
 * @param name as its folder is called; its topic's id and its number when the folder is not here
 * @param recoveryPoint everything below is in its segments
 * @param endOffset where its log ends afterwards
 * @param fromSegments batches that the journal has lost, and its segments have still
 * @param lost the offsets that are known to be lost; null for none
 */
public record JournalShare(
        String name,
        TopicId topic,
        int partition,
        long recoveryPoint,
        long endOffset,
        int fromSegments,
        @Nullable OffsetRange lost) {}
