package dev.ottla.controller;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Edits of single configs (KIP-339); each resource succeeds or fails as a whole. */
public record IncrementalAlterConfigs(List<ResourceEdits> resources, boolean validateOnly)
        implements Command<List<ConfigResult>> {
    /** One resource's edits; type and operations are numbers off the wire, checked here. */
    public record ResourceEdits(byte type, String name, List<Edit> edits) {
        public ResourceEdits {
            edits = List.copyOf(edits);
        }
    }

    /**
     * One edit.
     *
     * @param operation 0 SET, 1 DELETE, 2 APPEND, 3 SUBTRACT
     */
    public record Edit(
            String name, byte operation, @Nullable String value) {}

    public IncrementalAlterConfigs {
        resources = List.copyOf(resources);
    }

    @Override
    public Decision<List<ConfigResult>> decide(DecisionContext context) {
        return new ConfigAlteration(context).decide(this);
    }
}
