package dev.ottla.controller;

import java.util.List;

final class LeaderElection {
    private final DecisionContext context;

    LeaderElection(DecisionContext context) {
        this.context = context;
    }

    Decision<List<ElectLeaders.Result>> decide(ElectLeaders command) {
        if (context.nowMs() < 0) {
            throw new UnsupportedOperationException(command.toString());
        }
        return Decision.nothing(List.of());
    }
}
