package dev.ottla.log;

import dev.ottla.base.ErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * What became of an append. On an error nothing was appended.
 *
 * @param error NONE, OUT_OF_ORDER_SEQUENCE_NUMBER, INVALID_PRODUCER_EPOCH, INVALID_TXN_STATE, TRANSACTION_COORDINATOR_FENCED,
 *     RECORD_LIST_TOO_LARGE (larger than segment.bytes) or KAFKA_STORAGE_ERROR
 * @param message what is wrong, null without an error
 * @param baseOffset of the batch, or of the batch that this one repeats; -1 on an error
 * @param lastOffset likewise, inclusive; -1 on an error
 * @param appendTimeMs the broker's time for LogAppendTime batches, else -1; of a duplicate, its batch's largest timestamp (as Kafka)
 * @param logStartOffset the log's at that moment; -1 when its folder has failed
 * @param duplicate the batch was appended before and was not again
 * @param needsFlush flush.messages asks for a force before the acknowledgement: wait for {@link PartitionLog#flushed} of
 *     {@code lastOffset + 1}
 */
public record AppendResult(
        ErrorCode error,
        @Nullable String message,
        long baseOffset,
        long lastOffset,
        long appendTimeMs,
        long logStartOffset,
        boolean duplicate,
        boolean needsFlush) {
    public static AppendResult refused(ErrorCode error, String message, long logStartOffset) {
        return new AppendResult(error, message, -1, -1, -1, logStartOffset, false, false);
    }

    public boolean succeeded() {
        return error == ErrorCode.NONE;
    }
}
