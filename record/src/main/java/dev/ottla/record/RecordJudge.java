package dev.ottla.record;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.TopicPartition;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Holds every record of one batch against the topic's rules, remembers the faulty ones and the largest timestamp. */
final class RecordJudge {
    private static final int SHOWN_ERRORS = 3;

    private ValidationRules rules = ValidationRules.defaults();
    private @Nullable TopicPartition partition;
    private long nowMs;
    private boolean batchLogAppendTime;
    private boolean skimmed;

    private int errorCount;
    private boolean timestampError;
    private @Nullable List<RecordError> errors;
    private long maxTimestampMs;
    private int maxTimestampIndex;
    private boolean negativeTimestamp;
    private boolean offsetGap;

    /** @param recordsSkimmed whether keys and values are stepped over only: Apache Kafka then names records differently */
    void begin(
            ValidationRules newRules,
            @Nullable TopicPartition newPartition,
            long newNowMs,
            boolean logAppendTime,
            boolean recordsSkimmed) {
        rules = newRules;
        partition = newPartition;
        nowMs = newNowMs;
        batchLogAppendTime = logAppendTime;
        skimmed = recordsSkimmed;
        errorCount = 0;
        timestampError = false;
        errors = null;
        maxTimestampMs = -1;
        maxTimestampIndex = -1;
        negativeTimestamp = false;
        offsetGap = false;
    }

    /** @param offset counted from 0 at the batch's first record; sizes are -1 for null */
    void judge(int index, long offset, long timestampMs, int keySize, int valueSize) {
        if (timestampMs > maxTimestampMs) {
            maxTimestampMs = timestampMs;
            maxTimestampIndex = index;
        }
        negativeTimestamp |= timestampMs < -1;
        offsetGap |= offset != index;
        if (rules.compacted() && keySize < 0) {
            add(index, false, "Compacted topic cannot accept message without key" + where());
        } else if (rules.timestampType() == TimestampType.CREATE_TIME && timestampMs != -1) {
            if (isOutOfRange(timestampMs)) {
                add(index, true, outOfRange(offset, timestampMs));
            }
        } else if (batchLogAppendTime) {
            add(index, true, wrongType(offset, timestampMs, keySize, valueSize));
        }
    }

    private boolean isOutOfRange(long timestampMs) {
        long ageMs = nowMs - timestampMs;
        return ageMs > rules.beforeMaxMs() || -ageMs > rules.afterMaxMs();
    }

    private String outOfRange(long offset, long timestampMs) {
        return "Timestamp " + timestampMs + " of message with offset " + offset
                + " is out of range. The timestamp should be within [" + (nowMs - rules.beforeMaxMs()) + ", "
                + (nowMs + rules.afterMaxMs()) + "]";
    }

    private String wrongType(long offset, long timestampMs, int keySize, int valueSize) {
        String kind = skimmed ? "PartialDefaultRecord" : "DefaultRecord";
        int nullSize = skimmed ? Integer.MIN_VALUE : 0;
        return "Invalid timestamp type in message " + kind + "(offset=" + offset + ", timestamp=" + timestampMs
                + ", key="
                + Math.max(keySize, nullSize) + " bytes, value=" + Math.max(valueSize, nullSize)
                + " bytes). Producer should not set timestamp type to LogAppendTime.";
    }

    private String where() {
        return partition == null ? "" : " in topic partition " + partition;
    }

    private void add(int index, boolean timestamp, String message) {
        if (errors == null) {
            errors = new ArrayList<>();
        }
        errorCount++;
        timestampError |= timestamp;
        if (errors.size() < RecordLimits.MAX_RECORD_ERRORS) {
            errors.add(new RecordError(index, message));
        }
    }

    /** The refusal that names the records at fault; null when there are none. */
    ValidationOutcome.@Nullable Refused refusal() {
        List<RecordError> found = errors;
        if (found == null) {
            return null;
        }
        String message = timestampError
                ? "One or more records have been rejected due to invalid timestamp"
                : "One or more records have been rejected due to " + errorCount
                        + " record errors in total, and only showing the first three errors at most: " + firstOf(found);
        ErrorCode code = timestampError ? ErrorCode.INVALID_TIMESTAMP : ErrorCode.INVALID_RECORD;
        return new ValidationOutcome.Refused(code, message, message, found);
    }

    private static List<String> firstOf(List<RecordError> errors) {
        return errors.stream()
                .limit(SHOWN_ERRORS)
                .map(e -> "RecordError(batchIndex=" + e.batchIndex() + ", message='" + e.message() + "')")
                .toList();
    }

    long maxTimestampMs() {
        return maxTimestampMs;
    }

    /** -1 when no record has a timestamp. */
    int maxTimestampIndex() {
        return maxTimestampIndex;
    }

    /** Whether a record has a timestamp below -1, which no builder of batches takes. */
    boolean sawNegativeTimestamp() {
        return negativeTimestamp;
    }

    /** Whether offsets are anything but 0, 1, 2 and so on. */
    boolean sawOffsetGap() {
        return offsetGap;
    }
}
