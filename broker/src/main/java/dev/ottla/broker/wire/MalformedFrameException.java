package dev.ottla.broker.wire;

/** A frame that cannot be what it says it is, or would cost more memory than it may: its connection is closed, as Kafka does. */
public final class MalformedFrameException extends RuntimeException {
    /** @param message what is wrong, for the log line of the closed connection */
    public MalformedFrameException(String message) {
        super(message, null, false, false);
    }
}
