package dev.ottla.record;

import dev.ottla.base.ErrorCode;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What became of a produced batch. */
public sealed interface ValidationOutcome {
    /**
     * To be appended: offsets and leader epoch are the log's to assign ({@link BatchHeader#assign}, outside the CRC).
     *
     * @param batch exactly one batch between position and limit: the validated buffer itself, its limit drawn back to the batch's
     *     end and its header restamped where the topic's timestamp type or the true maximum asks for it, or, when {@code rebuilt},
     *     a buffer of its own
     * @param maxTimestampMs largest timestamp of its records, or the append time; -1 when no record has one
     * @param maxTimestampOffsetDelta place of the first record that bears it, from 0; -1 when none does
     */
    record Accepted(ByteBuffer batch, long maxTimestampMs, int maxTimestampOffsetDelta, boolean rebuilt)
            implements ValidationOutcome {}

    /**
     * Nothing is to be appended.
     *
     * @param code the partition's error in the reply
     * @param reason what is wrong, for logs
     * @param message the partition's error message in the reply: null, as Apache Kafka sends it, unless records are named
     * @param recordErrors the records at fault, at most {@link RecordLimits#MAX_RECORD_ERRORS}; empty when the batch as a whole is
     */
    record Refused(ErrorCode code, String reason, @Nullable String message, List<RecordError> recordErrors)
            implements ValidationOutcome {
        public Refused {
            recordErrors = List.copyOf(recordErrors);
        }
    }
}
