package dev.ottla.log.inspect;

/**
 * What the files of the data folder say about a partition; -1 for what they do not say.
 *
 * @param recoveryPoint everything below was forced to the disk
 * @param logStart the first offset that may be read
 * @param highWatermark the first offset that may not
 * @param cleanedUpTo compaction has been here: offsets below may be missing by right
 * @param clean whether the last broker closed the folder in order, so that the log ends at the recovery point
 * @param moving whether a broker holds the folder now: the end is not settled
 * @param journaled whether the next start takes everything from the recovery point on out of the journal
 * @param vouched whether a start relies on the checksums that Ottla keeps of files, rather than on the files
 */
public record PartitionMarks(
        long recoveryPoint,
        long logStart,
        long highWatermark,
        long cleanedUpTo,
        boolean clean,
        boolean moving,
        boolean journaled,
        boolean vouched) {
    public static final PartitionMarks UNKNOWN = new PartitionMarks(-1, -1, -1, -1, false, false, false, false);

    /** Whether the journal brings an offset back, whatever the segments have of it. */
    boolean isInJournal(long offset) {
        return journaled && offset >= recoveryPoint;
    }
}
