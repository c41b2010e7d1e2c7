package dev.ottla.record;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;

/** The refusals that a batch as a whole can meet. */
final class Refusals {
    private Refusals() {}

    static OttlaException corrupt(String reason) {
        return new OttlaException(ErrorCode.CORRUPT_MESSAGE, reason);
    }

    static OttlaException invalid(String reason) {
        return new OttlaException(ErrorCode.INVALID_RECORD, reason);
    }

    static OttlaException tooLarge(String reason) {
        return new OttlaException(ErrorCode.MESSAGE_TOO_LARGE, reason);
    }

    /**
     * Compressed bytes that their codec cannot read, codec ids that mean nothing, and records that Apache Kafka trips over. Kafka answers its
     * "unexpected" error, on which Java producers may send the batch again under a new sequence (KAFKA-14034); this one says that the
     * records are at fault and that trying again does not help.
     */
    static OttlaException undecodable(String reason) {
        return invalid(reason);
    }

    static OttlaException tooLargeDecompressed() {
        return tooLarge("The records take more than " + RecordLimits.MAX_DECOMPRESSED_BYTES + " bytes decompressed");
    }
}
