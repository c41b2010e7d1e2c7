package dev.ottla.controller;

import java.io.IOException;

/** There was no room for what was to be made durable: nothing of it is kept, and the log goes on. */
public final class DiskFullException extends IOException {
    DiskFullException(String message, IOException cause) {
        super(message, cause);
    }
}
