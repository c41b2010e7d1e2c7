package dev.ottla.broker.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.message.ApiMessageType.ListenerType;
import org.junit.jupiter.api.Test;

/** Held against Apache Kafka's own. */
class ApiKeysTest {
    @Test
    void eachIsAsKafkas() {
        for (ApiKeys key : ApiKeys.values()) {
            // Given Kafka's API of that name
            var kafkas = org.apache.kafka.common.protocol.ApiKeys.valueOf(key.name());

            // When both are asked
            // Then they say the same
            assertThat(key.id).as(key.name).isEqualTo(kafkas.id);
            assertThat(key.name).isEqualTo(kafkas.name);
            assertThat(key.oldestVersion()).as(key.name).isEqualTo(kafkas.oldestVersion());
            assertThat(key.latestVersion()).as(key.name).isEqualTo(kafkas.latestVersion(false));
            assertThat(key.newRequest()).isEqualTo(kafkas.messageType.newRequest());
            assertThat(ApiVersionRange.advertised(key))
                    .isEqualTo(kafkas.toApiVersionForApiResponse(false, ListenerType.BROKER)
                            .orElseThrow());
            for (short version = key.oldestVersion(); version <= key.latestVersion(); version++) {
                assertThat(key.requestHeaderVersion(version))
                        .as("%s v%d", key, version)
                        .isEqualTo(kafkas.requestHeaderVersion(version));
                assertThat(key.responseHeaderVersion(version))
                        .as("%s v%d", key, version)
                        .isEqualTo(kafkas.responseHeaderVersion(version));
            }
        }
    }

    @Test
    void numbersThatNoServedApiHasFindNone() {
        // Given numbers below, between and above those of served APIs
        // When they are looked up
        // Then there is none
        assertThat(ApiKeys.forId(-1)).isNull();
        assertThat(ApiKeys.forId(4)).isNull();
        assertThat(ApiKeys.forId(Short.MAX_VALUE)).isNull();
        assertThat(ApiKeys.forId(18)).isEqualTo(ApiKeys.API_VERSIONS);
    }
}
