package dev.ottla.controller;

import java.util.List;

final class Reassignments {
    private final DecisionContext context;

    Reassignments(DecisionContext context) {
        this.context = context;
    }

    Decision<List<AlterPartitionReassignments.Result>> decide(AlterPartitionReassignments command) {
        if (context.nowMs() < 0) {
            throw new UnsupportedOperationException(command.toString());
        }
        return Decision.nothing(List.of());
    }
}
