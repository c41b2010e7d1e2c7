package dev.ottla.broker.wire;

import org.apache.kafka.common.message.ApiVersionsResponseData.ApiVersion;

/** The versions of an API that Apache Kafka 4.3 takes: the stable ones. */
public final class ApiVersionRange {
    private ApiVersionRange() {}

    /** True for a version that a broker decodes and answers. */
    public static boolean supports(ApiKeys key, short version) {
        return version >= key.oldestVersion() && version <= key.latestVersion();
    }

    /**
     * What ApiVersions says of an API. Produce is advertised from 0 though 3 is the oldest that works: old librdkafka drops compression
     * otherwise (KAFKA-18659).
     */
    public static ApiVersion advertised(ApiKeys key) {
        return new ApiVersion()
                .setApiKey(key.id)
                .setMinVersion(key == ApiKeys.PRODUCE ? 0 : key.oldestVersion())
                .setMaxVersion(key.latestVersion());
    }
}
