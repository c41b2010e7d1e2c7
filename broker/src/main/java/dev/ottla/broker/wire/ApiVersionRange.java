package dev.ottla.broker.wire;

import org.apache.kafka.common.message.ApiMessageType.ListenerType;
import org.apache.kafka.common.message.ApiVersionsResponseData.ApiVersion;
import org.apache.kafka.common.protocol.ApiKeys;

/** The versions of an API that Apache Kafka 4.3 takes: the stable ones. */
public final class ApiVersionRange {
    private ApiVersionRange() {}

    /** True for a version that a broker decodes and answers. */
    public static boolean supports(ApiKeys key, short version) {
        return version >= key.oldestVersion() && version <= key.latestVersion(false);
    }

    /**
     * What ApiVersions says of an API. Produce is advertised from 0 though 3 is the oldest that works: old librdkafka drops compression
     * otherwise (KAFKA-18659).
     */
    public static ApiVersion advertised(ApiKeys key) {
        return key.toApiVersionForApiResponse(false, ListenerType.BROKER)
                .orElseThrow(() -> new IllegalArgumentException(key + " has no stable version"));
    }
}
