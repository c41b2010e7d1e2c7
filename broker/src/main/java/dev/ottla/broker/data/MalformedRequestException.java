package dev.ottla.broker.data;

/** A frame that cannot be what it says it is. There is no error to answer it with: the connection is closed, as Kafka does. */
final class MalformedRequestException extends RuntimeException {
    MalformedRequestException(String message) {
        super(message, null, false, false);
    }
}
