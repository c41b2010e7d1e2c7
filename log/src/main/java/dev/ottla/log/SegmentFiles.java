package dev.ottla.log;

import dev.ottla.base.Files;
import java.io.IOException;

/** The four files of a segment, which come, change their names and go together. */
final class SegmentFiles {
    private final SharedFile log;
    private final OffsetIndex offsets;
    private final TimeIndex times;
    private final TransactionIndex aborted;
    private volatile SegmentNames names;

    SegmentFiles(Files files, SegmentNames names, SegmentState state, boolean create) {
        this.names = names;
        this.log = new SharedFile(files, names, SegmentNames.LOG, create);
        this.offsets = new OffsetIndex(files, names, state.indexBytes() / OffsetIndex.ENTRY_BYTES);
        this.times = new TimeIndex(files, names, state.timeIndexBytes() / TimeIndex.ENTRY_BYTES);
        this.aborted = new TransactionIndex(files, names, state.transactionIndexBytes());
    }

    SegmentNames names() {
        return names;
    }

    SharedFile log() {
        return log;
    }

    OffsetIndex offsets() {
        return offsets;
    }

    TimeIndex times() {
        return times;
    }

    TransactionIndex aborted() {
        return aborted;
    }

    /** Before the entries of a batch, which cannot fail then. */
    void makeRoomInIndexes() throws IOException {
        offsets.file().makeRoom();
        times.file().makeRoom();
    }

    void writeIndexes() throws IOException {
        offsets.file().write();
        times.file().write();
    }

    /** Empties those that are being rebuilt. */
    void dropForgottenIndexes() throws IOException {
        offsets.file().dropForgotten();
        times.file().dropForgotten();
    }

    void forceIndexes(Forcing forcing) throws IOException {
        offsets.file().force(forcing);
        times.file().force(forcing);
    }

    /** Whether there is none to close. */
    boolean isQuiet() {
        return !log.isOpen()
                && !offsets.file().file().isOpen()
                && !times.file().file().isOpen();
    }

    /** Closes the indexes unless they were used since the last call. */
    void closeIdleIndexes() {
        offsets.file().file().closeIfIdle();
        times.file().file().closeIfIdle();
        aborted.file().closeIfIdle();
    }

    /** Closes what opening them took, so that ten thousand partitions that nobody uses hold no files; before anybody else has the segment. */
    void closeUnused() {
        log.closeIfUnused();
        offsets.file().file().closeIfUnused();
        times.file().file().closeIfUnused();
        aborted.file().closeIfUnused();
    }

    /** No new reader comes in; whether there is none left. */
    boolean retire() {
        offsets.file().file().retire();
        times.file().file().retire();
        aborted.file().retire();
        return log.retire();
    }

    /**
     * Gives the files the names of another stage of compaction. The log's own comes last: it tells whether the segment is whole, and the offset
     * index, which comes first, whether the step has begun.
     */
    void renameTo(String stage) throws IOException {
        SegmentNames renamed = names.at(stage);
        offsets.file().file().rename(renamed);
        times.file().file().rename(renamed);
        aborted.file().rename(renamed);
        log.rename(renamed);
        names = renamed;
    }
}
