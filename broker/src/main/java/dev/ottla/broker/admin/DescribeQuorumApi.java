package dev.ottla.broker.admin;

import dev.ottla.base.Clock;
import dev.ottla.base.ErrorCode;
import dev.ottla.broker.api.AdvertisedAddresses;
import dev.ottla.broker.api.MessageApi;
import dev.ottla.broker.api.MessageHandler;
import dev.ottla.broker.api.RequestContext;
import dev.ottla.broker.wire.ApiKeys;
import java.util.List;
import java.util.function.LongSupplier;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.DescribeQuorumRequestData;
import org.apache.kafka.common.message.DescribeQuorumResponseData;
import org.apache.kafka.common.message.DescribeQuorumResponseData.Listener;
import org.apache.kafka.common.message.DescribeQuorumResponseData.ListenerCollection;
import org.apache.kafka.common.message.DescribeQuorumResponseData.Node;
import org.apache.kafka.common.message.DescribeQuorumResponseData.NodeCollection;
import org.apache.kafka.common.message.DescribeQuorumResponseData.PartitionData;
import org.apache.kafka.common.message.DescribeQuorumResponseData.ReplicaState;
import org.apache.kafka.common.message.DescribeQuorumResponseData.TopicData;
import org.apache.kafka.common.protocol.Errors;

/** DescribeQuorum (KIP-595, KIP-836, KIP-853): a quorum of one, which always leads itself. */
public final class DescribeQuorumApi implements MessageHandler<DescribeQuorumRequestData, DescribeQuorumResponseData> {
    private static final String METADATA_TOPIC = "__cluster_metadata";
    /** Nodes came together with the ids of the folders that voters keep their logs in. */
    private static final int FIRST_VERSION_WITH_NODES = 2;

    private static final int ONLY_EPOCH = 1;

    private final int nodeId;
    private final Uuid directoryId;
    private final LongSupplier metadataEndOffset;
    private final AdvertisedAddresses addresses;
    private final Clock clock;

    private DescribeQuorumApi(
            int nodeId, Uuid directoryId, LongSupplier metadataEndOffset, AdvertisedAddresses addresses, Clock clock) {
        this.nodeId = nodeId;
        this.directoryId = directoryId;
        this.metadataEndOffset = metadataEndOffset;
        this.addresses = addresses;
        this.clock = clock;
    }

    /**
     * @param directoryId of the folder that holds the metadata log
     * @param metadataEndOffset how many events the metadata log has taken
     */
    public static MessageApi<DescribeQuorumRequestData, DescribeQuorumResponseData> api(
            int nodeId, Uuid directoryId, LongSupplier metadataEndOffset, AdvertisedAddresses addresses, Clock clock) {
        return MessageApi.onLoop(
                ApiKeys.DESCRIBE_QUORUM,
                DescribeQuorumRequestData.class,
                new DescribeQuorumApi(nodeId, directoryId, metadataEndOffset, addresses, clock));
    }

    @Override
    public DescribeQuorumResponseData handle(RequestContext request, DescribeQuorumRequestData message) {
        if (!asksForTheMetadataPartition(message)) {
            return unknown(message);
        }
        DescribeQuorumResponseData response = new DescribeQuorumResponseData()
                .setTopics(List.of(new TopicData()
                        .setTopicName(METADATA_TOPIC)
                        .setPartitions(List.of(partition(request.version())))));
        if (request.version() >= FIRST_VERSION_WITH_NODES) {
            AdvertisedAddresses.Address address =
                    addresses.of(request.exchange().connection());
            ListenerCollection listeners = new ListenerCollection();
            listeners.add(new Listener()
                    .setName(request.exchange().connection().listenerName())
                    .setHost(address.host())
                    .setPort(address.port()));
            NodeCollection nodes = new NodeCollection();
            nodes.add(new Node().setNodeId(nodeId).setListeners(listeners));
            response.setNodes(nodes);
        }
        return response;
    }

    private static boolean asksForTheMetadataPartition(DescribeQuorumRequestData message) {
        return message.topics().size() == 1
                && message.topics().getFirst().topicName().equals(METADATA_TOPIC)
                && message.topics().getFirst().partitions().size() == 1
                && message.topics().getFirst().partitions().getFirst().partitionIndex() == 0;
    }

    private PartitionData partition(short version) {
        long end = metadataEndOffset.getAsLong();
        long now = clock.wallMs();
        ReplicaState self = new ReplicaState()
                .setReplicaId(nodeId)
                .setReplicaDirectoryId(version >= FIRST_VERSION_WITH_NODES ? directoryId : Uuid.ZERO_UUID)
                .setLogEndOffset(end)
                .setLastFetchTimestamp(now)
                .setLastCaughtUpTimestamp(now);
        return new PartitionData()
                .setPartitionIndex(0)
                .setErrorMessage("")
                .setLeaderId(nodeId)
                .setLeaderEpoch(ONLY_EPOCH)
                .setHighWatermark(end)
                .setCurrentVoters(List.of(self));
    }

    private static DescribeQuorumResponseData unknown(DescribeQuorumRequestData message) {
        Errors error = Errors.forCode(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.wireCode());
        return new DescribeQuorumResponseData()
                .setTopics(message.topics().stream()
                        .map(topic -> new TopicData()
                                .setTopicName(topic.topicName())
                                .setPartitions(topic.partitions().stream()
                                        .map(partition -> new PartitionData()
                                                .setPartitionIndex(partition.partitionIndex())
                                                .setErrorCode(error.code())
                                                .setErrorMessage(error.message()))
                                        .toList()))
                        .toList());
    }
}
