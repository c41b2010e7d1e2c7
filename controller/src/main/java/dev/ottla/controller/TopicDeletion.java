package dev.ottla.controller;

import java.util.List;

final class TopicDeletion {
    private final DecisionContext context;

    TopicDeletion(DecisionContext context) {
        this.context = context;
    }

    Decision<List<DeleteTopics.Result>> decide(DeleteTopics command) {
        if (context.nowMs() < 0) {
            throw new UnsupportedOperationException(command.toString());
        }
        return Decision.nothing(List.of());
    }
}
