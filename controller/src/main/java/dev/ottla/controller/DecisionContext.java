package dev.ottla.controller;

import dev.ottla.base.RandomSource;
import dev.ottla.metadata.ClusterImage;
import dev.ottla.metadata.config.EffectiveConfigs;

/** All that a decision may depend on. */
public record DecisionContext(ClusterImage image, ControllerSettings settings, long nowMs, RandomSource random) {
    /** The configs in force on the controller's own broker. */
    EffectiveConfigs configs() {
        return EffectiveConfigs.of(image, settings.nodeId(), settings.staticConfigs());
    }
}
