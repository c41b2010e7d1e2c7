package dev.ottla.controller;

import dev.ottla.metadata.ClusterImage;
import dev.ottla.metadata.MetadataEvent;
import java.io.IOException;
import java.util.List;

/**
 * The port to where metadata events are kept: on this node's disk, or later in a quorum. Used by one thread. After an IOException
 * other than {@link DiskFullException} nothing that was appended and not forced may be taken as kept or as lost, and nothing more may be appended.
 */
public interface MetadataLog extends AutoCloseable {
    /** What the log held when it was opened. */
    ClusterImage opened();

    /**
     * Adds events of which all or none are kept; they are not before {@link #force} returns.
     *
     * @return how many bytes wait for the next force
     */
    int append(List<MetadataEvent> events) throws IOException;

    /**
     * Makes all that was appended durable.
     *
     * @throws DiskFullException when there is no room for it: what was appended since the last force is forgotten, and the log may be used on
     */
    void force() throws IOException;

    /** Lets the log shorten itself when it has grown enough; {@code image} is all that was appended and forced. */
    void compact(ClusterImage image) throws IOException;

    @Override
    void close() throws IOException;
}
