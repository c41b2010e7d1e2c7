package dev.ottla.log.producer;

import dev.ottla.base.ErrorCode;

/** What the producer's history says of a batch that is about to be appended. */
public sealed interface ProducerVerdict {
    /** Append it. */
    enum Accepted implements ProducerVerdict {
        ACCEPTED
    }

    /** It is in the log already, there. */
    record Duplicate(long firstOffset, long lastOffset, long timestampMs) implements ProducerVerdict {}

    /** It must not be appended. */
    record Refused(ErrorCode code, String message) implements ProducerVerdict {}
}
