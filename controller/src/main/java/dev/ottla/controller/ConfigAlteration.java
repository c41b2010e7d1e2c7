package dev.ottla.controller;

import java.util.List;

final class ConfigAlteration {
    private final DecisionContext context;

    ConfigAlteration(DecisionContext context) {
        this.context = context;
    }

    Decision<List<ConfigResult>> decide(IncrementalAlterConfigs command) {
        if (context.nowMs() < 0) {
            throw new UnsupportedOperationException(command.toString());
        }
        return Decision.nothing(List.of());
    }

    Decision<List<ConfigResult>> decide(ReplaceConfigs command) {
        if (context.nowMs() < 0) {
            throw new UnsupportedOperationException(command.toString());
        }
        return Decision.nothing(List.of());
    }
}
