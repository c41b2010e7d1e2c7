package dev.ottla.broker.cluster;

import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.ApiVersionsResponseData.FinalizedFeatureKey;
import org.apache.kafka.common.message.ApiVersionsResponseData.FinalizedFeatureKeyCollection;
import org.apache.kafka.common.message.ApiVersionsResponseData.SupportedFeatureKey;
import org.apache.kafka.common.message.ApiVersionsResponseData.SupportedFeatureKeyCollection;

/**
 * The feature levels that clients and tools read (KIP-584): metadata.version is what tools show as the cluster's version, group.version 1 says that groups of the consumer
 * protocol work, transaction.version 2 that the epoch changes with each transaction. share.version appears when what it promises works.
 */
final class Features {
    /** 3.3-IV3, the lowest that Apache Kafka 4.3 knows. */
    private static final short MIN_METADATA_VERSION = 7;

    /** 4.3-IV0. */
    private static final short METADATA_VERSION = 30;

    /** With the consumer protocol (KIP-848). */
    private static final short GROUP_VERSION = 1;

    /** With an epoch for each transaction (KIP-890). */
    private static final short TRANSACTION_VERSION = 2;

    private Features() {}

    /** @param epoch grows with the metadata; -1 is "unknown" */
    static void addTo(ApiVersionsResponseData response, long epoch) {
        SupportedFeatureKeyCollection supported = new SupportedFeatureKeyCollection();
        FinalizedFeatureKeyCollection finalized = new FinalizedFeatureKeyCollection();
        add("metadata.version", MIN_METADATA_VERSION, METADATA_VERSION, supported, finalized);
        add("group.version", (short) 0, GROUP_VERSION, supported, finalized);
        add("transaction.version", (short) 0, TRANSACTION_VERSION, supported, finalized);
        response.setSupportedFeatures(supported).setFinalizedFeatures(finalized).setFinalizedFeaturesEpoch(epoch);
    }

    private static void add(
            String name,
            short lowest,
            short level,
            SupportedFeatureKeyCollection supported,
            FinalizedFeatureKeyCollection finalized) {
        supported.add(
                new SupportedFeatureKey().setName(name).setMinVersion(lowest).setMaxVersion(level));
        finalized.add(new FinalizedFeatureKey()
                .setName(name)
                .setMinVersionLevel(level)
                .setMaxVersionLevel(level));
    }
}
