package dev.ottla.controller;

import java.util.List;

/** The older AlterConfigs (KIP-133): what is sent replaces all that was set for a resource. */
public record ReplaceConfigs(List<ResourceConfigs> resources, boolean validateOnly)
        implements Command<List<ConfigResult>> {
    /** One resource's whole new configs; the type is the number off the wire, checked here. */
    public record ResourceConfigs(byte type, String name, List<ConfigSetting> configs) {
        public ResourceConfigs {
            configs = List.copyOf(configs);
        }
    }

    public ReplaceConfigs {
        resources = List.copyOf(resources);
    }

    @Override
    public Decision<List<ConfigResult>> decide(DecisionContext context) {
        return new ConfigAlteration(context).decide(this);
    }
}
