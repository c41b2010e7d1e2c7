package dev.ottla.broker.cluster;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.TopicId;
import dev.ottla.broker.api.AdvertisedAddresses;
import dev.ottla.broker.api.AuthorizedOperations;
import dev.ottla.broker.api.RequestContext;
import dev.ottla.broker.cluster.MetadataHandler.Wanted;
import dev.ottla.broker.wire.WireIds;
import dev.ottla.metadata.BrokerImage;
import dev.ottla.metadata.ClusterImage;
import dev.ottla.metadata.Listener;
import dev.ottla.metadata.PartitionImage;
import dev.ottla.metadata.TopicImage;
import dev.ottla.metadata.TopicNames;
import dev.ottla.network.Connection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponseBroker;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponsePartition;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponseTopic;
import org.jspecify.annotations.Nullable;

/** Makes Metadata's response of an image. */
public final class MetadataReply {
    private static final short FIRST_WITH_OPERATIONS = 8;
    private static final short LAST_WITH_CLUSTER_OPERATIONS = 10;

    private final int nodeId;
    private final AdvertisedAddresses addresses;

    /** @param nodeId this broker, which names itself to the asking connection; others are as they registered */
    public MetadataReply(int nodeId, AdvertisedAddresses addresses) {
        this.nodeId = nodeId;
        this.addresses = addresses;
    }

    MetadataResponseData of(
            RequestContext request,
            MetadataRequestData message,
            Wanted wanted,
            ClusterImage image,
            Map<String, ErrorCode> failedCreations) {
        MetadataResponseData response =
                new MetadataResponseData().setClusterId(image.clusterId()).setControllerId(nodeId);
        addBrokers(response, image, request.exchange().connection());
        boolean operations = request.version() >= FIRST_WITH_OPERATIONS && message.includeTopicAuthorizedOperations();
        for (TopicId id : wanted.unknownIds()) {
            response.topics().add(failed(null, ErrorCode.UNKNOWN_TOPIC_ID).setTopicId(WireIds.uuid(id)));
        }
        Collection<String> names =
                wanted.names() == null ? new TreeSet<>(image.topics().keySet()) : wanted.names();
        for (String name : names) {
            TopicImage topic = image.topic(name);
            MetadataResponseTopic answer = topic == null ? unknown(name, failedCreations) : found(topic, image);
            response.topics()
                    .add(operations ? answer.setTopicAuthorizedOperations(AuthorizedOperations.TOPIC) : answer);
        }
        if (message.includeClusterAuthorizedOperations() && request.version() <= LAST_WITH_CLUSTER_OPERATIONS) {
            response.setClusterAuthorizedOperations(AuthorizedOperations.CLUSTER);
        }
        return response;
    }

    private void addBrokers(MetadataResponseData response, ClusterImage image, Connection connection) {
        for (BrokerImage broker : image.brokers().values()) {
            MetadataResponseBroker answer =
                    new MetadataResponseBroker().setNodeId(broker.brokerId()).setRack(broker.rack());
            if (broker.brokerId() == nodeId) {
                AdvertisedAddresses.Address own = addresses.of(connection);
                response.brokers().add(answer.setHost(own.host()).setPort(own.port()));
                continue;
            }
            for (Listener listener : broker.listeners()) {
                if (listener.name().equals(connection.listenerName())) {
                    response.brokers().add(answer.setHost(listener.host()).setPort(listener.port()));
                }
            }
        }
    }

    private static MetadataResponseTopic unknown(String name, Map<String, ErrorCode> failedCreations) {
        if (TopicNames.problem(name) != null) {
            return failed(name, ErrorCode.INVALID_TOPIC_EXCEPTION);
        }
        return failed(name, failedCreations.getOrDefault(name, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION));
    }

    private static MetadataResponseTopic failed(@Nullable String name, ErrorCode code) {
        return new MetadataResponseTopic()
                .setName(name)
                .setErrorCode(code.wireCode())
                .setIsInternal(name != null && TopicImage.isInternal(name));
    }

    private static MetadataResponseTopic found(TopicImage topic, ClusterImage image) {
        List<MetadataResponsePartition> partitions = new ArrayList<>(topic.partitionCount());
        for (PartitionImage partition : topic.partitions()) {
            boolean led = image.brokers().containsKey(partition.leader());
            partitions.add(new MetadataResponsePartition()
                    .setErrorCode((led ? ErrorCode.NONE : ErrorCode.LEADER_NOT_AVAILABLE).wireCode())
                    .setPartitionIndex(partition.partition())
                    .setLeaderId(led ? partition.leader() : PartitionImage.NO_LEADER)
                    .setLeaderEpoch(partition.leaderEpoch())
                    .setReplicaNodes(partition.replicas())
                    .setIsrNodes(partition.isr())
                    .setOfflineReplicas(image.offlineReplicas(partition)));
        }
        return new MetadataResponseTopic()
                .setName(topic.name())
                .setTopicId(WireIds.uuid(topic.id()))
                .setIsInternal(topic.isInternal())
                .setPartitions(partitions);
    }
}
