package dev.ottla.broker.group;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.broker.api.AdvertisedAddresses;
import dev.ottla.broker.api.ApiHandler;
import dev.ottla.broker.api.MessageApi;
import dev.ottla.broker.api.RequestContext;
import dev.ottla.broker.coordination.InternalTopic;
import dev.ottla.broker.wire.ApiKeys;
import dev.ottla.metadata.BrokerImage;
import dev.ottla.metadata.ClusterImage;
import dev.ottla.metadata.Listener;
import dev.ottla.metadata.PartitionImage;
import dev.ottla.metadata.TopicImage;
import dev.ottla.network.Connection;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.message.FindCoordinatorResponseData.Coordinator;
import org.jspecify.annotations.Nullable;

/**
 * FindCoordinator: which broker coordinates a group or a transactional id. The first question makes their topic, and is answered when that is there; Apache
 * Kafka answers COORDINATOR_NOT_AVAILABLE meanwhile. Share groups have no coordinators yet, which clients take as "ask again later".
 */
final class FindCoordinatorApi {
    private static final byte GROUP = 0;
    private static final byte TRANSACTION = 1;
    private static final byte LAST_KEY_TYPE = 2;
    private static final int FIRST_BATCHED_VERSION = 4;
    /** What Kafka's versions 1 to 3 say where nothing is wrong. */
    private static final String NO_ERROR = "NONE";

    private final Map<Byte, InternalTopic> topics;
    private final Supplier<ClusterImage> image;
    private final int nodeId;
    private final AdvertisedAddresses addresses;

    private FindCoordinatorApi(
            Map<Byte, InternalTopic> topics, Supplier<ClusterImage> image, int nodeId, AdvertisedAddresses addresses) {
        this.topics = topics;
        this.image = image;
        this.nodeId = nodeId;
        this.addresses = addresses;
    }

    /**
     * @param offsets where groups are coordinated
     * @param transactions where transactional ids are
     */
    static ApiHandler api(
            InternalTopic offsets,
            InternalTopic transactions,
            Supplier<ClusterImage> image,
            int nodeId,
            AdvertisedAddresses addresses) {
        Map<Byte, InternalTopic> topics = Map.of(GROUP, offsets, TRANSACTION, transactions);
        return MessageApi.onVirtualThread(
                ApiKeys.FIND_COORDINATOR,
                FindCoordinatorRequestData.class,
                new FindCoordinatorApi(topics, image, nodeId, addresses)::handle);
    }

    private FindCoordinatorResponseData handle(RequestContext request, FindCoordinatorRequestData message) {
        Connection client = request.exchange().connection();
        if (request.version() < FIRST_BATCHED_VERSION) {
            Coordinator only = find(message.keyType(), message.key(), client);
            return new FindCoordinatorResponseData()
                    .setErrorCode(only.errorCode())
                    .setErrorMessage(only.errorCode() == ErrorCode.NONE.wireCode() ? NO_ERROR : only.errorMessage())
                    .setNodeId(only.nodeId())
                    .setHost(only.host())
                    .setPort(only.port());
        }
        FindCoordinatorResponseData response = new FindCoordinatorResponseData();
        message.coordinatorKeys().forEach(key -> response.coordinators().add(find(message.keyType(), key, client)));
        return response;
    }

    private Coordinator find(byte type, String key, Connection client) {
        if (type < 0 || type > LAST_KEY_TYPE) {
            return refused(key, ErrorCode.INVALID_REQUEST, "Unknown coordinator type " + type + ".");
        }
        InternalTopic topic = topics.get(type);
        if (topic == null) {
            return refused(key, ErrorCode.COORDINATOR_NOT_AVAILABLE, "Share groups have no coordinators here.");
        }
        try {
            TopicImage made = topic.orCreate();
            PartitionImage partition = made.partition(InternalTopic.partitionOf(key, made.partitionCount()));
            return partition == null ? notAvailable(key) : leader(key, partition.leader(), client);
        } catch (OttlaException e) {
            return refused(key, ErrorCode.COORDINATOR_NOT_AVAILABLE, String.valueOf(e.getMessage()));
        }
    }

    private Coordinator leader(String key, int leader, Connection client) {
        if (leader == nodeId) {
            AdvertisedAddresses.Address own = addresses.of(client);
            return found(key, leader, own.host(), own.port());
        }
        @Nullable BrokerImage broker = image.get().brokers().get(leader);
        if (broker != null) {
            for (Listener listener : broker.listeners()) {
                if (listener.name().equals(client.listenerName())) {
                    return found(key, leader, listener.host(), listener.port());
                }
            }
        }
        return notAvailable(key);
    }

    private static Coordinator found(String key, int nodeId, String host, int port) {
        return new Coordinator()
                .setKey(key)
                .setErrorMessage(null)
                .setNodeId(nodeId)
                .setHost(host)
                .setPort(port);
    }

    private static Coordinator notAvailable(String key) {
        return refused(key, ErrorCode.COORDINATOR_NOT_AVAILABLE, "Its partition has no leader; ask again.");
    }

    private static Coordinator refused(String key, ErrorCode code, String text) {
        return new Coordinator()
                .setKey(key)
                .setErrorCode(code.wireCode())
                .setErrorMessage(text)
                .setNodeId(-1)
                .setHost("")
                .setPort(-1);
    }
}
