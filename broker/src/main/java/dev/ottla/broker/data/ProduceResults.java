package dev.ottla.broker.data;

import dev.ottla.base.ErrorCode;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What became of each partition of a {@link ProduceRequest}, in its flat order; reused with it. */
final class ProduceResults {
    private static final int NUMBERS = 3;

    private int count;
    private ErrorCode[] errors = {};
    /** Base offset, append time and log start of each partition; only once one of them is known. */
    private long[] numbers = {};

    private boolean hasNumbers;
    private @Nullable Refusal[] refusals = {};

    /** What is said beside an error code; a null refusal says nothing. */
    record Refusal(@Nullable String message, List<RecordFault> recordFaults, int leaderId, int leaderEpoch) {
        static Refusal because(@Nullable String message) {
            return new Refusal(message, List.of(), -1, -1);
        }

        static Refusal movedTo(int leaderId, int leaderEpoch) {
            return new Refusal(null, List.of(), leaderId, leaderEpoch);
        }
    }

    /** One record of a batch that caused it to be dropped (KIP-467). */
    record RecordFault(int batchIndex, @Nullable String message) {}

    void reset(int partitionCount) {
        count = partitionCount;
        if (errors.length < partitionCount) {
            errors = new ErrorCode[partitionCount];
            refusals = new Refusal[partitionCount];
        }
        hasNumbers = false;
        Arrays.fill(errors, 0, partitionCount, ErrorCode.NONE);
        Arrays.fill(refusals, 0, partitionCount, null);
    }

    void appended(int partition, long baseOffset, long appendTimeMs, long logStartOffset) {
        errors[partition] = ErrorCode.NONE;
        numbers(partition, baseOffset, appendTimeMs, logStartOffset);
    }

    void failed(int partition, ErrorCode error, long logStartOffset, @Nullable Refusal refusal) {
        errors[partition] = error;
        refusals[partition] = refusal;
        if (logStartOffset >= 0 || hasNumbers) {
            numbers(partition, -1, -1, logStartOffset);
        }
    }

    private void numbers(int partition, long baseOffset, long appendTimeMs, long logStartOffset) {
        if (!hasNumbers) {
            hasNumbers = true;
            if (numbers.length < count * NUMBERS) {
                numbers = new long[count * NUMBERS];
            }
            Arrays.fill(numbers, 0, count * NUMBERS, -1);
        }
        numbers[partition * NUMBERS] = baseOffset;
        numbers[partition * NUMBERS + 1] = appendTimeMs;
        numbers[partition * NUMBERS + 2] = logStartOffset;
    }

    /** Changes only the code of an appended batch, as an acknowledgement that did not come does. */
    void notAcknowledged(int partition, ErrorCode error) {
        errors[partition] = error;
    }

    int count() {
        return count;
    }

    ErrorCode error(int partition) {
        return errors[partition];
    }

    long baseOffset(int partition) {
        return hasNumbers ? numbers[partition * NUMBERS] : -1;
    }

    long appendTimeMs(int partition) {
        return hasNumbers ? numbers[partition * NUMBERS + 1] : -1;
    }

    long logStartOffset(int partition) {
        return hasNumbers ? numbers[partition * NUMBERS + 2] : -1;
    }

    @Nullable
    Refusal refusal(int partition) {
        return refusals[partition];
    }

    /** Whether any partition has an error: with acks=0 the connection is closed then. */
    boolean anyError() {
        for (int i = 0; i < count; i++) {
            if (errors[i] != ErrorCode.NONE) {
                return true;
            }
        }
        return false;
    }
}
