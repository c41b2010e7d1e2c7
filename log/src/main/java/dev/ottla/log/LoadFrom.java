package dev.ottla.log;

/**
 * What is known of a log before its files are looked at.
 *
 * @param clean the last process closed it in order
 * @param recoveryPoint everything below was forced
 * @param cut the journal has all from the recovery point on: what the segments have of it goes
 * @param logStart the log start that a checkpoint tells, 0 for none; with {@code cut}, not above the recovery point
 * @param emptied with {@code cut}: the log start has passed the recovery point, so that segments may be missing
 * @param vouched whether the log start was read from a file that has a checksum: only then do records go on its word
 * @param highWatermark as a checkpoint tells it
 * @param goesOn with {@code cut}: the journal has batches that are about to be appended
 */
record LoadFrom(
        boolean clean,
        long recoveryPoint,
        boolean cut,
        long logStart,
        boolean emptied,
        boolean vouched,
        long highWatermark,
        boolean goesOn) {
    /** Of a log that no journal answers for. */
    static LoadFrom segments(boolean clean, long recoveryPoint, long logStart, boolean vouched, long highWatermark) {
        return new LoadFrom(clean, recoveryPoint, false, logStart, false, vouched, highWatermark, false);
    }

    /** @param checkpointed the log start that a checkpoint tells */
    static LoadFrom journal(ReplayPlan plan, long checkpointed, boolean vouched, long highWatermark) {
        long from = plan.cutOffset();
        boolean emptied = plan.logStart() >= from;
        plan.raiseLogStart(checkpointed);
        emptied |= vouched && plan.logStart() >= from;
        long logStart = Math.min(plan.logStart(), from);
        return new LoadFrom(false, from, true, logStart, emptied, vouched, highWatermark, plan.hasBatches());
    }
}
