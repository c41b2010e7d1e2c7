package dev.ottla.broker.cluster;

import dev.ottla.metadata.Feature;
import dev.ottla.metadata.FeatureLevels;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.ApiVersionsResponseData.FinalizedFeatureKey;
import org.apache.kafka.common.message.ApiVersionsResponseData.FinalizedFeatureKeyCollection;
import org.apache.kafka.common.message.ApiVersionsResponseData.SupportedFeatureKey;
import org.apache.kafka.common.message.ApiVersionsResponseData.SupportedFeatureKeyCollection;

/** The feature levels that clients and tools read (KIP-584). */
final class Features {
    private Features() {}

    /** A feature of level 0 is not in force, and not named. */
    static void addTo(ApiVersionsResponseData response, FeatureLevels levels) {
        SupportedFeatureKeyCollection supported = new SupportedFeatureKeyCollection();
        FinalizedFeatureKeyCollection finalized = new FinalizedFeatureKeyCollection();
        for (Feature feature : Feature.values()) {
            short level = levels.level(feature);
            supported.add(new SupportedFeatureKey()
                    .setName(feature.wireName())
                    .setMinVersion(feature.lowest())
                    .setMaxVersion(feature.highest()));
            if (level > 0) {
                finalized.add(new FinalizedFeatureKey()
                        .setName(feature.wireName())
                        .setMinVersionLevel(level)
                        .setMaxVersionLevel(level));
            }
        }
        response.setSupportedFeatures(supported)
                .setFinalizedFeatures(finalized)
                .setFinalizedFeaturesEpoch(levels.epoch());
    }
}
