package dev.ottla.broker.wire;

import org.apache.kafka.common.message.AddOffsetsToTxnRequestData;
import org.apache.kafka.common.message.AddPartitionsToTxnRequestData;
import org.apache.kafka.common.message.AlterConfigsRequestData;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData;
import org.apache.kafka.common.message.AlterReplicaLogDirsRequestData;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ConsumerGroupDescribeRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.CreatePartitionsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.DeleteGroupsRequestData;
import org.apache.kafka.common.message.DeleteRecordsRequestData;
import org.apache.kafka.common.message.DeleteTopicsRequestData;
import org.apache.kafka.common.message.DescribeClusterRequestData;
import org.apache.kafka.common.message.DescribeConfigsRequestData;
import org.apache.kafka.common.message.DescribeGroupsRequestData;
import org.apache.kafka.common.message.DescribeLogDirsRequestData;
import org.apache.kafka.common.message.DescribeProducersRequestData;
import org.apache.kafka.common.message.DescribeQuorumRequestData;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData;
import org.apache.kafka.common.message.DescribeTransactionsRequestData;
import org.apache.kafka.common.message.ElectLeadersRequestData;
import org.apache.kafka.common.message.EndTxnRequestData;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.ListConfigResourcesRequestData;
import org.apache.kafka.common.message.ListGroupsRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListPartitionReassignmentsRequestData;
import org.apache.kafka.common.message.ListTransactionsRequestData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetDeleteRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData;
import org.apache.kafka.common.message.UpdateFeaturesRequestData;
import org.apache.kafka.common.message.WriteTxnMarkersRequestData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.jspecify.annotations.Nullable;

/**
 * The APIs that a broker serves, with Apache Kafka 4.3.1's numbers, names and stable versions; a test holds them against Kafka's own enum. That one is not
 * used since whoever touches it has the classes of all messages loaded and each version's schema made: a fifth of a start, and megabytes for ever.
 */
public enum ApiKeys {
    PRODUCE(0, "Produce", 3, 13, 9),
    FETCH(1, "Fetch", 4, 18, 12),
    LIST_OFFSETS(2, "ListOffsets", 1, 11, 6),
    METADATA(3, "Metadata", 0, 13, 9),
    OFFSET_COMMIT(8, "OffsetCommit", 2, 10, 8),
    OFFSET_FETCH(9, "OffsetFetch", 1, 10, 6),
    FIND_COORDINATOR(10, "FindCoordinator", 0, 6, 3),
    JOIN_GROUP(11, "JoinGroup", 0, 9, 6),
    HEARTBEAT(12, "Heartbeat", 0, 4, 4),
    LEAVE_GROUP(13, "LeaveGroup", 0, 5, 4),
    SYNC_GROUP(14, "SyncGroup", 0, 5, 4),
    DESCRIBE_GROUPS(15, "DescribeGroups", 0, 6, 5),
    LIST_GROUPS(16, "ListGroups", 0, 5, 3),
    API_VERSIONS(18, "ApiVersions", 0, 4, 3),
    CREATE_TOPICS(19, "CreateTopics", 2, 7, 5),
    DELETE_TOPICS(20, "DeleteTopics", 1, 6, 4),
    DELETE_RECORDS(21, "DeleteRecords", 0, 2, 2),
    INIT_PRODUCER_ID(22, "InitProducerId", 0, 5, 2),
    OFFSET_FOR_LEADER_EPOCH(23, "OffsetForLeaderEpoch", 2, 4, 4),
    ADD_PARTITIONS_TO_TXN(24, "AddPartitionsToTxn", 0, 5, 3),
    ADD_OFFSETS_TO_TXN(25, "AddOffsetsToTxn", 0, 4, 3),
    END_TXN(26, "EndTxn", 0, 5, 3),
    WRITE_TXN_MARKERS(27, "WriteTxnMarkers", 1, 2, 1),
    TXN_OFFSET_COMMIT(28, "TxnOffsetCommit", 0, 5, 3),
    DESCRIBE_CONFIGS(32, "DescribeConfigs", 1, 4, 4),
    ALTER_CONFIGS(33, "AlterConfigs", 0, 2, 2),
    ALTER_REPLICA_LOG_DIRS(34, "AlterReplicaLogDirs", 1, 2, 2),
    DESCRIBE_LOG_DIRS(35, "DescribeLogDirs", 1, 5, 2),
    CREATE_PARTITIONS(37, "CreatePartitions", 0, 3, 2),
    DELETE_GROUPS(42, "DeleteGroups", 0, 2, 2),
    ELECT_LEADERS(43, "ElectLeaders", 0, 2, 2),
    INCREMENTAL_ALTER_CONFIGS(44, "IncrementalAlterConfigs", 0, 1, 1),
    ALTER_PARTITION_REASSIGNMENTS(45, "AlterPartitionReassignments", 0, 1, 0),
    LIST_PARTITION_REASSIGNMENTS(46, "ListPartitionReassignments", 0, 0, 0),
    OFFSET_DELETE(47, "OffsetDelete", 0, 0, Short.MAX_VALUE),
    DESCRIBE_QUORUM(55, "DescribeQuorum", 0, 2, 0),
    UPDATE_FEATURES(57, "UpdateFeatures", 0, 2, 0),
    DESCRIBE_CLUSTER(60, "DescribeCluster", 0, 2, 0),
    DESCRIBE_PRODUCERS(61, "DescribeProducers", 0, 0, 0),
    DESCRIBE_TRANSACTIONS(65, "DescribeTransactions", 0, 0, 0),
    LIST_TRANSACTIONS(66, "ListTransactions", 0, 2, 0),
    CONSUMER_GROUP_HEARTBEAT(68, "ConsumerGroupHeartbeat", 0, 1, 0),
    CONSUMER_GROUP_DESCRIBE(69, "ConsumerGroupDescribe", 0, 1, 0),
    LIST_CONFIG_RESOURCES(74, "ListConfigResources", 0, 1, 0),
    DESCRIBE_TOPIC_PARTITIONS(75, "DescribeTopicPartitions", 0, 0, 0);

    private static final @Nullable ApiKeys[] BY_ID = byId();

    public final short id;
    public final String name;

    private final short oldestVersion;
    private final short latestVersion;
    private final int firstFlexibleVersion;

    /** @param firstFlexibleVersion of the request: from it on, headers have tagged fields (KIP-482); Short.MAX_VALUE for none */
    ApiKeys(int id, String name, int oldestVersion, int latestVersion, int firstFlexibleVersion) {
        this.id = (short) id;
        this.name = name;
        this.oldestVersion = (short) oldestVersion;
        this.latestVersion = (short) latestVersion;
        this.firstFlexibleVersion = firstFlexibleVersion;
    }

    private static @Nullable ApiKeys[] byId() {
        ApiKeys[] all = values();
        @Nullable ApiKeys[] found = new ApiKeys[all[all.length - 1].id + 1];
        for (ApiKeys key : all) {
            found[key.id] = key;
        }
        return found;
    }

    /** Null for a number that no served API has. */
    public static @Nullable ApiKeys forId(int id) {
        return id < 0 || id >= BY_ID.length ? null : BY_ID[id];
    }

    /** The oldest version that is served. */
    public short oldestVersion() {
        return oldestVersion;
    }

    public short latestVersion() {
        return latestVersion;
    }

    public short requestHeaderVersion(short version) {
        return (short) (version >= firstFlexibleVersion ? 2 : 1);
    }

    /** ApiVersions keeps the oldest one for ever, so that any client can read it (KIP-511). */
    public short responseHeaderVersion(short version) {
        return (short) (this != API_VERSIONS && version >= firstFlexibleVersion ? 1 : 0);
    }

    /** An empty request. */
    public ApiMessage newRequest() {
        return switch (this) {
            case PRODUCE -> new ProduceRequestData();
            case FETCH -> new FetchRequestData();
            case LIST_OFFSETS -> new ListOffsetsRequestData();
            case METADATA -> new MetadataRequestData();
            case OFFSET_COMMIT -> new OffsetCommitRequestData();
            case OFFSET_FETCH -> new OffsetFetchRequestData();
            case FIND_COORDINATOR -> new FindCoordinatorRequestData();
            case JOIN_GROUP -> new JoinGroupRequestData();
            case HEARTBEAT -> new HeartbeatRequestData();
            case LEAVE_GROUP -> new LeaveGroupRequestData();
            case SYNC_GROUP -> new SyncGroupRequestData();
            case DESCRIBE_GROUPS -> new DescribeGroupsRequestData();
            case LIST_GROUPS -> new ListGroupsRequestData();
            case API_VERSIONS -> new ApiVersionsRequestData();
            case CREATE_TOPICS -> new CreateTopicsRequestData();
            case DELETE_TOPICS -> new DeleteTopicsRequestData();
            case DELETE_RECORDS -> new DeleteRecordsRequestData();
            case INIT_PRODUCER_ID -> new InitProducerIdRequestData();
            case OFFSET_FOR_LEADER_EPOCH -> new OffsetForLeaderEpochRequestData();
            case ADD_PARTITIONS_TO_TXN -> new AddPartitionsToTxnRequestData();
            case ADD_OFFSETS_TO_TXN -> new AddOffsetsToTxnRequestData();
            case END_TXN -> new EndTxnRequestData();
            case WRITE_TXN_MARKERS -> new WriteTxnMarkersRequestData();
            case TXN_OFFSET_COMMIT -> new TxnOffsetCommitRequestData();
            case DESCRIBE_CONFIGS -> new DescribeConfigsRequestData();
            case ALTER_CONFIGS -> new AlterConfigsRequestData();
            case ALTER_REPLICA_LOG_DIRS -> new AlterReplicaLogDirsRequestData();
            case DESCRIBE_LOG_DIRS -> new DescribeLogDirsRequestData();
            case CREATE_PARTITIONS -> new CreatePartitionsRequestData();
            case DELETE_GROUPS -> new DeleteGroupsRequestData();
            case ELECT_LEADERS -> new ElectLeadersRequestData();
            case INCREMENTAL_ALTER_CONFIGS -> new IncrementalAlterConfigsRequestData();
            case ALTER_PARTITION_REASSIGNMENTS -> new AlterPartitionReassignmentsRequestData();
            case LIST_PARTITION_REASSIGNMENTS -> new ListPartitionReassignmentsRequestData();
            case OFFSET_DELETE -> new OffsetDeleteRequestData();
            case DESCRIBE_QUORUM -> new DescribeQuorumRequestData();
            case UPDATE_FEATURES -> new UpdateFeaturesRequestData();
            case DESCRIBE_CLUSTER -> new DescribeClusterRequestData();
            case DESCRIBE_PRODUCERS -> new DescribeProducersRequestData();
            case DESCRIBE_TRANSACTIONS -> new DescribeTransactionsRequestData();
            case LIST_TRANSACTIONS -> new ListTransactionsRequestData();
            case CONSUMER_GROUP_HEARTBEAT -> new ConsumerGroupHeartbeatRequestData();
            case CONSUMER_GROUP_DESCRIBE -> new ConsumerGroupDescribeRequestData();
            case LIST_CONFIG_RESOURCES -> new ListConfigResourcesRequestData();
            case DESCRIBE_TOPIC_PARTITIONS -> new DescribeTopicPartitionsRequestData();
        };
    }
}
