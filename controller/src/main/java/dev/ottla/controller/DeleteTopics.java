package dev.ottla.controller;

import dev.ottla.base.TopicId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Topics to delete, by name or by id (KIP-516). The whole is refused with TOPIC_DELETION_DISABLED when the broker's settings say so
 * (before version 3 of the API clients know INVALID_REQUEST only).
 */
public record DeleteTopics(List<Target> topics) implements Command<List<DeleteTopics.Result>> {
    /** A topic by its name or, when that is null, by its id. */
    public record Target(@Nullable String name, TopicId id) {
        public static Target named(String name) {
            return new Target(name, TopicId.ZERO);
        }

        public static Target ofId(TopicId id) {
            return new Target(null, id);
        }
    }

    /** What became of one topic; null and zero for what is not known or must not be told. */
    public record Result(@Nullable String name, TopicId id, Outcome outcome) {}

    public DeleteTopics {
        topics = List.copyOf(topics);
    }

    @Override
    public Decision<List<Result>> decide(DecisionContext context) {
        return new TopicDeletion(context).decide(this);
    }
}
