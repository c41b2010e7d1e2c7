package dev.ottla.broker;

import java.io.IOException;

/** A folder can be read, but what it says of itself forbids to use it: the broker does not start, rather than go on without it. */
final class FolderConflictException extends IOException {
    private static final long serialVersionUID = 1;

    FolderConflictException(String message) {
        super(message);
    }

    FolderConflictException(String message, Throwable cause) {
        super(message, cause);
    }
}
