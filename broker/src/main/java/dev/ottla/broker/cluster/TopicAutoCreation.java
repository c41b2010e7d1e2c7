package dev.ottla.broker.cluster;

import dev.ottla.base.ErrorCode;
import dev.ottla.controller.Controller;
import dev.ottla.controller.CreateTopics;
import dev.ottla.metadata.TopicImage;
import dev.ottla.metadata.TopicNames;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes the topics that a client asked Metadata for and that are not there (auto.create.topics.enable). Apache Kafka answers before the
 * topic is there and lets the client ask again; here the reply waits for it.
 */
final class TopicAutoCreation {
    /** Topics that one request may create; more are told to be unknown, and are made when the client asks again. */
    static final int MAX_TOPICS_PER_REQUEST = 1_000;

    private static final int BROKER_DEFAULT = -1;

    private final Controller controller;

    TopicAutoCreation(Controller controller) {
        this.controller = controller;
    }

    /** Creates what may be created and waits until it is durable. What failed, by name, with the error to answer. Blocks. */
    Map<String, ErrorCode> create(List<String> names) {
        List<CreateTopics.NewTopic> wanted = new ArrayList<>();
        for (String name : names) {
            if (isCreatable(name) && wanted.size() < MAX_TOPICS_PER_REQUEST) {
                wanted.add(new CreateTopics.NewTopic(name, BROKER_DEFAULT, BROKER_DEFAULT));
            }
        }
        Map<String, ErrorCode> failed = new HashMap<>();
        if (wanted.isEmpty()) {
            return failed;
        }
        for (CreateTopics.Result result : controller.submit(new CreateTopics(wanted, false))) {
            ErrorCode code = result.outcome().code();
            if (code != ErrorCode.NONE && code != ErrorCode.TOPIC_ALREADY_EXISTS) {
                failed.put(result.name(), code);
            }
        }
        return failed;
    }

    /** Kafka's internal topics come with what uses them, never from a client's look-up. */
    static boolean isCreatable(String name) {
        return TopicNames.problem(name) == null && !TopicImage.isInternal(name);
    }
}
