package dev.ottla.controller;

import dev.ottla.metadata.MetadataEvent;
import java.util.List;

/**
 * What the core makes of a command.
 *
 * @param events all or none of them happen
 */
public record Decision<R>(List<MetadataEvent> events, R reply) {
    public Decision {
        events = List.copyOf(events);
    }

    static <R> Decision<R> nothing(R reply) {
        return new Decision<>(List.of(), reply);
    }
}
