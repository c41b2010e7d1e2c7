package dev.ottla.conformance;

import static java.util.Map.entry;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.kafka.common.protocol.ApiKeys;

/** What Ottla must advertise, and nothing else: for each API the versions that Apache Kafka 4.3.1 advertises. */
final class WantedApis {
    private WantedApis() {}

    /** From {@code first} to {@code last}, both included. */
    record Versions(int first, int last) {
        List<Integer> list() {
            return IntStream.rangeClosed(first, last).boxed().toList();
        }
    }

    static final SortedMap<ApiKeys, Versions> BY_KEY = new TreeMap<>(Map.ofEntries(
            entry(ApiKeys.PRODUCE, new Versions(0, 13)),
            entry(ApiKeys.FETCH, new Versions(4, 18)),
            entry(ApiKeys.LIST_OFFSETS, new Versions(1, 11)),
            entry(ApiKeys.METADATA, new Versions(0, 13)),
            entry(ApiKeys.FIND_COORDINATOR, new Versions(0, 6)),
            entry(ApiKeys.OFFSET_COMMIT, new Versions(2, 10)),
            entry(ApiKeys.OFFSET_FETCH, new Versions(1, 10)),
            entry(ApiKeys.JOIN_GROUP, new Versions(0, 9)),
            entry(ApiKeys.HEARTBEAT, new Versions(0, 4)),
            entry(ApiKeys.LEAVE_GROUP, new Versions(0, 5)),
            entry(ApiKeys.SYNC_GROUP, new Versions(0, 5)),
            entry(ApiKeys.DESCRIBE_GROUPS, new Versions(0, 6)),
            entry(ApiKeys.LIST_GROUPS, new Versions(0, 5)),
            entry(ApiKeys.DELETE_GROUPS, new Versions(0, 2)),
            entry(ApiKeys.CONSUMER_GROUP_HEARTBEAT, new Versions(0, 1)),
            entry(ApiKeys.CONSUMER_GROUP_DESCRIBE, new Versions(0, 1)),
            entry(ApiKeys.OFFSET_DELETE, new Versions(0, 0)),
            entry(ApiKeys.API_VERSIONS, new Versions(0, 4)),
            entry(ApiKeys.CREATE_TOPICS, new Versions(2, 7)),
            entry(ApiKeys.DELETE_TOPICS, new Versions(1, 6)),
            entry(ApiKeys.DELETE_RECORDS, new Versions(0, 2)),
            entry(ApiKeys.INIT_PRODUCER_ID, new Versions(0, 5)),
            entry(ApiKeys.ADD_PARTITIONS_TO_TXN, new Versions(0, 5)),
            entry(ApiKeys.ADD_OFFSETS_TO_TXN, new Versions(0, 4)),
            entry(ApiKeys.END_TXN, new Versions(0, 5)),
            entry(ApiKeys.WRITE_TXN_MARKERS, new Versions(1, 2)),
            entry(ApiKeys.TXN_OFFSET_COMMIT, new Versions(0, 5)),
            entry(ApiKeys.DESCRIBE_TRANSACTIONS, new Versions(0, 0)),
            entry(ApiKeys.LIST_TRANSACTIONS, new Versions(0, 2)),
            entry(ApiKeys.OFFSET_FOR_LEADER_EPOCH, new Versions(2, 4)),
            entry(ApiKeys.DESCRIBE_CONFIGS, new Versions(1, 4)),
            entry(ApiKeys.ALTER_CONFIGS, new Versions(0, 2)),
            entry(ApiKeys.ALTER_REPLICA_LOG_DIRS, new Versions(1, 2)),
            entry(ApiKeys.DESCRIBE_LOG_DIRS, new Versions(1, 5)),
            entry(ApiKeys.CREATE_PARTITIONS, new Versions(0, 3)),
            entry(ApiKeys.ELECT_LEADERS, new Versions(0, 2)),
            entry(ApiKeys.INCREMENTAL_ALTER_CONFIGS, new Versions(0, 1)),
            entry(ApiKeys.ALTER_PARTITION_REASSIGNMENTS, new Versions(0, 1)),
            entry(ApiKeys.LIST_PARTITION_REASSIGNMENTS, new Versions(0, 0)),
            entry(ApiKeys.DESCRIBE_QUORUM, new Versions(0, 2)),
            entry(ApiKeys.UPDATE_FEATURES, new Versions(0, 2)),
            entry(ApiKeys.DESCRIBE_CLUSTER, new Versions(0, 2)),
            entry(ApiKeys.DESCRIBE_PRODUCERS, new Versions(0, 0)),
            // Version 0 is what used to be called ListClientMetricsResources.
            entry(ApiKeys.LIST_CONFIG_RESOURCES, new Versions(0, 1)),
            entry(ApiKeys.DESCRIBE_TOPIC_PARTITIONS, new Versions(0, 0))));

    static Versions of(ApiKeys key) {
        Versions versions = BY_KEY.get(key);
        if (versions == null) {
            throw new IllegalArgumentException(key + " is not wanted");
        }
        return versions;
    }
}
