package dev.ottla.log;

import java.io.IOException;

/** A force failed, for whatever reason: written data may be lost already, so this is never "try again". */
final class ForceFailedException extends IOException {
    ForceFailedException(IOException cause) {
        super("Cannot force to disk: " + cause.getMessage(), cause);
    }
}
