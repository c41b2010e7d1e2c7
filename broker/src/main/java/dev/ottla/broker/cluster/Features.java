package dev.ottla.broker.cluster;

import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.ApiVersionsResponseData.FinalizedFeatureKey;
import org.apache.kafka.common.message.ApiVersionsResponseData.FinalizedFeatureKeyCollection;
import org.apache.kafka.common.message.ApiVersionsResponseData.SupportedFeatureKey;
import org.apache.kafka.common.message.ApiVersionsResponseData.SupportedFeatureKeyCollection;

/**
 * The feature levels that clients and tools read (KIP-584). Only metadata.version so far: it is what tools show as the cluster's version.
 * group.version, transaction.version and share.version appear when what they promise works.
 */
final class Features {
    /** 3.3-IV3, the lowest that Apache Kafka 4.3 knows. */
    private static final short MIN_METADATA_VERSION = 7;

    /** 4.3-IV0. */
    private static final short METADATA_VERSION = 30;

    private Features() {}

    /** @param epoch grows with the metadata; -1 is "unknown" */
    static void addTo(ApiVersionsResponseData response, long epoch) {
        SupportedFeatureKeyCollection supported = new SupportedFeatureKeyCollection();
        supported.add(new SupportedFeatureKey()
                .setName("metadata.version")
                .setMinVersion(MIN_METADATA_VERSION)
                .setMaxVersion(METADATA_VERSION));
        FinalizedFeatureKeyCollection finalized = new FinalizedFeatureKeyCollection();
        finalized.add(new FinalizedFeatureKey()
                .setName("metadata.version")
                .setMinVersionLevel(METADATA_VERSION)
                .setMaxVersionLevel(METADATA_VERSION));
        response.setSupportedFeatures(supported).setFinalizedFeatures(finalized).setFinalizedFeaturesEpoch(epoch);
    }
}
