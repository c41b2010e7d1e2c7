package dev.ottla.controller;

import dev.ottla.metadata.ClusterImage;
import dev.ottla.metadata.MetadataEvent;
import java.util.List;

/**
 * Hears of every new image, on the controller's one thread, before the replies that rest on it leave. It must be quick; an exception
 * from it stops the controller.
 */
@FunctionalInterface
public interface ImageListener {
    /**
     * The cluster has changed.
     *
     * @param before {@link ClusterImage#EMPTY} at the first call, when a listener is added
     * @param events what made {@code after} of {@code before}, in order; several commands may share one call
     */
    void onImage(ClusterImage before, ClusterImage after, List<MetadataEvent> events);
}
