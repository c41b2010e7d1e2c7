package dev.ottla.controller;

import java.util.List;

final class PartitionCreation {
    private final DecisionContext context;

    PartitionCreation(DecisionContext context) {
        this.context = context;
    }

    Decision<List<CreatePartitions.Result>> decide(CreatePartitions command) {
        if (context.nowMs() < 0) {
            throw new UnsupportedOperationException(command.toString());
        }
        return Decision.nothing(List.of());
    }
}
