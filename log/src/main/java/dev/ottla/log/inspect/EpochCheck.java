package dev.ottla.log.inspect;

import dev.ottla.log.checkpoint.LeaderEpochs;
import java.nio.file.Path;

/** Holds the epochs in the batches against the leader-epoch-checkpoint. */
final class EpochCheck {
    private final Path file;
    private final LeaderEpochs epochs;
    private final long fromOffset;
    private final long toOffset;
    private final String advice;
    private final FirstOfMany findings = new FirstOfMany();

    /**
     * @param fromOffset batches that end below are not looked at: the file forgets epochs that lie before the log's start
     * @param toOffset batches from there on may not be in the file yet
     */
    EpochCheck(Path file, LeaderEpochs epochs, long fromOffset, long toOffset, String advice) {
        this.file = file;
        this.epochs = epochs;
        this.fromOffset = fromOffset;
        this.toOffset = toOffset;
        this.advice = advice;
    }

    void batch(Path log, BatchInfo batch) {
        if (batch.lastOffset() < fromOffset || batch.baseOffset() >= toOffset) {
            return;
        }
        int last = epochs.at(batch.lastOffset());
        int expected =
                batch.baseOffset() < fromOffset || last != batch.leaderEpoch() ? last : epochs.at(batch.baseOffset());
        if (expected != batch.leaderEpoch()) {
            findings.add(Finding.damage(
                            file,
                            "epoch " + expected + " at offsets " + batch.baseOffset() + " to " + batch.lastOffset()
                                    + ", but the batch at position "
                                    + batch.position() + " of " + log.getFileName() + " has epoch "
                                    + batch.leaderEpoch(),
                            advice)
                    .offsets(batch.baseOffset(), batch.lastOffset()));
        }
    }

    void tell(Report report) {
        findings.tell(report);
    }
}
