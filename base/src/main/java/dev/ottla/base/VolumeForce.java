package dev.ottla.base;

import java.io.Closeable;
import java.io.IOException;

/** Forces a whole volume, as {@code syncfs} does: for thousands of files in thousands of folders, one wait instead of as many. */
public interface VolumeForce extends Closeable {
    /**
     * Makes durable what was written, created, renamed and deleted on the volume before the call, by anybody; waits for others' bytes too. Also fails
     * when bytes written since this was opened could not be brought to the disk meanwhile. An error is final for the folder (S5).
     */
    void force() throws IOException;

    /** Whether one force of the volume is likely to be done before so many of single files, given what else waits to be written. */
    boolean isWorthwhile(int forces);

    @Override
    void close() throws IOException;
}
