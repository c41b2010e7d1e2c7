package dev.ottla.base;

/** A refusal with its code: the edge turns it into the reply's error code and message. */
public final class OttlaException extends RuntimeException {
    private final ErrorCode code;

    /** @param message what is wrong and what to do next; clients see it */
    public OttlaException(ErrorCode code, String message) {
        super(message);
        this.code = code;
    }

    /** @param message what is wrong and what to do next; clients see it */
    public OttlaException(ErrorCode code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    public ErrorCode code() {
        return code;
    }
}
