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
     * Apache Kafka has no error for these and answers its "unexpected" one: compressed bytes that its codec cannot read, codec ids
     * that mean nothing, and records that it trips over. Clients see the same from both brokers; nothing was appended.
     */
    static OttlaException unexpected(String reason) {
        return new OttlaException(ErrorCode.UNKNOWN_SERVER_ERROR, reason);
    }

    static OttlaException tooLargeDecompressed() {
        return tooLarge("The records take more than " + RecordLimits.MAX_DECOMPRESSED_BYTES + " bytes decompressed");
    }
}
