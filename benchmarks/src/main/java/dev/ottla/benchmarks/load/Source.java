package dev.ottla.benchmarks.load;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The requests of one connection, encoded beforehand, and what their answers come to. */
interface Source {
    /** The next, size included; its bytes stay as they are until it is answered. */
    ByteBuffer next();

    /**
     * One was answered.
     *
     * @param head the answer's first bytes, without the size
     */
    void answered(ByteBuffer head, long tookNanos) throws IOException;
}
