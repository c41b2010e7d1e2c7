package dev.ottla.controller;

import java.util.List;

final class TopicCreation {
    private final DecisionContext context;

    TopicCreation(DecisionContext context) {
        this.context = context;
    }

    Decision<List<CreateTopics.Result>> decide(CreateTopics command) {
        if (context.nowMs() < 0) {
            throw new UnsupportedOperationException(command.toString());
        }
        return Decision.nothing(List.of());
    }
}
