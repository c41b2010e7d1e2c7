package dev.ottla.controller;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.base.TopicId;
import dev.ottla.controller.DeleteTopics.Result;
import dev.ottla.controller.DeleteTopics.Target;
import dev.ottla.metadata.MetadataEvent;
import dev.ottla.metadata.TopicImage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How {@link DeleteTopics} decides: a topic that a request names twice, in whatever way, is not deleted. */
final class TopicDeletion {
    private final DecisionContext context;
    private final List<Result> results = new ArrayList<>();
    private final List<MetadataEvent> events = new ArrayList<>();
    private final Set<String> names = new LinkedHashSet<>();
    private final Set<String> duplicateNames = new LinkedHashSet<>();
    private final Set<TopicId> ids = new LinkedHashSet<>();
    private final Set<TopicId> duplicateIds = new LinkedHashSet<>();

    TopicDeletion(DecisionContext context) {
        this.context = context;
    }

    Decision<List<Result>> decide(DeleteTopics command) {
        if (!context.settings().topicDeletionEnabled()) {
            throw new OttlaException(ErrorCode.TOPIC_DELETION_DISABLED, "Topic deletion is disabled.");
        }
        command.topics().forEach(this::collect);
        duplicateNames.forEach(name -> fail(name, TopicId.ZERO, ErrorCode.INVALID_REQUEST, "Duplicate topic name."));
        duplicateIds.forEach(id -> fail(null, id, ErrorCode.INVALID_REQUEST, "Duplicate topic id."));
        names.removeAll(duplicateNames);
        ids.removeAll(duplicateIds);
        Set<TopicId> named = resolveNames();
        for (TopicId id : ids) {
            if (!named.contains(id)) {
                delete(id);
            }
        }
        return new Decision<>(events, results);
    }

    private void collect(Target target) {
        String name = target.name();
        if (name == null) {
            collectId(target.id());
        } else if (!target.id().isZero()) {
            fail(name, target.id(), ErrorCode.INVALID_REQUEST, "You may not specify both topic name and topic id.");
        } else if (!names.add(name)) {
            duplicateNames.add(name);
        }
    }

    private void collectId(TopicId id) {
        if (id.isZero()) {
            fail(null, id, ErrorCode.INVALID_REQUEST, "Neither topic name nor id were specified.");
        } else if (!ids.add(id)) {
            duplicateIds.add(id);
        }
    }

    /** Deletes what is named once; the ids that are named a second way, which must not be deleted. */
    private Set<TopicId> resolveNames() {
        Set<TopicId> namedTwice = new HashSet<>();
        for (String name : names) {
            TopicImage topic = context.image().topic(name);
            if (topic == null) {
                fail(
                        name,
                        TopicId.ZERO,
                        ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
                        "This server does not host this topic-partition.");
            } else if (ids.contains(topic.id()) || duplicateIds.contains(topic.id())) {
                namedTwice.add(topic.id());
                fail(
                        name,
                        topic.id(),
                        ErrorCode.INVALID_REQUEST,
                        "The provided topic name maps to an ID that was already supplied.");
            } else {
                delete(topic.id());
            }
        }
        return namedTwice;
    }

    private void delete(TopicId id) {
        TopicImage topic = context.image().topic(id);
        if (topic == null) {
            fail(null, id, ErrorCode.UNKNOWN_TOPIC_ID, "This server does not host this topic ID.");
            return;
        }
        events.add(new MetadataEvent.TopicDeleted(id));
        results.add(new Result(topic.name(), id, Outcome.OK));
    }

    private void fail(@Nullable String name, TopicId id, ErrorCode code, String message) {
        results.add(new Result(name, id, Outcome.failed(code, message)));
    }
}
