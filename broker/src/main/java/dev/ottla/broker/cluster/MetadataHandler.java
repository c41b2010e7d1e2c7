package dev.ottla.broker.cluster;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.base.TopicId;
import dev.ottla.broker.api.ApiHandler;
import dev.ottla.broker.api.RequestContext;
import dev.ottla.broker.wire.ApiKeys;
import dev.ottla.broker.wire.WireIds;
import dev.ottla.controller.Controller;
import dev.ottla.metadata.ClusterImage;
import dev.ottla.metadata.TopicImage;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataRequestData.MetadataRequestTopic;
import org.jspecify.annotations.Nullable;

/**
 * Metadata: who leads what and how to reach them. On the loop, but for requests that create topics or ask for so much that the loop would
 * be held up. Versions differ: an empty list means all topics in version 0 and none after (null means all there); ids may be asked
 * for from 12 on (KIP-516).
 */
public final class MetadataHandler implements ApiHandler {
    /** A reply on more partitions than this is made on a virtual thread: it takes milliseconds. */
    static final int MAX_PARTITIONS_ON_LOOP = 1_000;

    private static final short FIRST_WITH_IDS = 12;

    private final Controller controller;
    private final MetadataReply replies;
    private final TopicAutoCreation creation;
    private final boolean autoCreate;

    /** @param autoCreate auto.create.topics.enable */
    public MetadataHandler(Controller controller, MetadataReply replies, boolean autoCreate) {
        this.controller = controller;
        this.replies = replies;
        this.creation = new TopicAutoCreation(controller);
        this.autoCreate = autoCreate;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.METADATA;
    }

    @Override
    public void handle(RequestContext request) {
        MetadataRequestData message = request.read(MetadataRequestData.class);
        checkIds(request.version(), message);
        ClusterImage image = controller.image();
        Wanted wanted = Wanted.of(request.version(), message, image);
        List<String> missing = autoCreate && message.allowAutoTopicCreation() ? wanted.missing(image) : List.of();
        if (missing.isEmpty() && wanted.partitions(image) <= MAX_PARTITIONS_ON_LOOP) {
            request.reply(replies.of(request, message, wanted, image, Map.of()));
            return;
        }
        request.releaseFrame();
        request.runBlocking(() -> {
            Map<String, ErrorCode> failed = missing.isEmpty() ? Map.of() : creation.create(missing);
            request.reply(replies.of(request, message, wanted, controller.image(), failed));
        });
    }

    private static void checkIds(short version, MetadataRequestData message) {
        if (version >= FIRST_WITH_IDS || message.topics() == null) {
            return;
        }
        for (MetadataRequestTopic topic : message.topics()) {
            if (topic.name() == null) {
                throw new OttlaException(
                        ErrorCode.INVALID_REQUEST, "Topic name can not be null for version " + version);
            }
            if (!WireIds.topicId(topic.topicId()).isZero()) {
                throw new OttlaException(
                        ErrorCode.INVALID_REQUEST, "Topic IDs are not supported in requests for version " + version);
            }
        }
    }

    /**
     * What a request asks for, without repetitions.
     *
     * @param names null for all topics
     * @param unknownIds ids that no topic has; when ids are asked for, names are not looked at
     */
    record Wanted(@Nullable Set<String> names, List<TopicId> unknownIds) {
        static Wanted of(short version, MetadataRequestData message, ClusterImage image) {
            List<MetadataRequestTopic> topics = message.topics();
            if (topics == null || (version == 0 && topics.isEmpty())) {
                return new Wanted(null, List.of());
            }
            Set<TopicId> ids = new LinkedHashSet<>();
            Set<String> names = new LinkedHashSet<>();
            for (MetadataRequestTopic topic : topics) {
                TopicId id = WireIds.topicId(topic.topicId());
                if (!id.isZero()) {
                    ids.add(id);
                } else if (topic.name() != null) {
                    names.add(topic.name());
                }
            }
            return ids.isEmpty() ? new Wanted(names, List.of()) : byId(ids, image);
        }

        private static Wanted byId(Set<TopicId> ids, ClusterImage image) {
            Set<String> names = new LinkedHashSet<>();
            List<TopicId> unknown = new ArrayList<>();
            for (TopicId id : ids) {
                TopicImage topic = image.topic(id);
                if (topic == null) {
                    unknown.add(id);
                } else {
                    names.add(topic.name());
                }
            }
            return new Wanted(names, unknown);
        }

        /** The names that no topic has and that may become topics. */
        List<String> missing(ClusterImage image) {
            return names == null
                    ? List.of()
                    : names.stream()
                            .filter(name -> image.topic(name) == null && TopicAutoCreation.isCreatable(name))
                            .toList();
        }

        int partitions(ClusterImage image) {
            if (names == null) {
                return image.partitionCount();
            }
            int partitions = 0;
            for (String name : names) {
                TopicImage topic = image.topic(name);
                partitions += topic == null ? 1 : topic.partitionCount();
            }
            return partitions;
        }
    }
}
