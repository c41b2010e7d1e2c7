package dev.ottla.broker.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.broker.wire.ApiKeys;
import dev.ottla.broker.wire.ApiVersionRange;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.message.ApiVersionsResponseData.ApiVersion;
import org.junit.jupiter.api.Test;

class ApiTableTest {
    /** {@code Produce(0): 0 to 13 [usable: 13],} or {@code OffsetDelete(47): 0 [usable: 0],}. */
    private static final Pattern LINE = Pattern.compile("\\s*(\\w+)\\((\\d+)\\): (\\d+)(?: to (\\d+))? \\[.*");

    @Test
    void versionsAreThoseThatApacheKafkaAdvertises() throws Exception {
        // Given what kafka-broker-api-versions prints of Apache Kafka 4.3.1
        int compared = 0;
        try (InputStream printed = ApiTableTest.class.getResourceAsStream("kafka-4.3.1-api-versions.txt")) {
            String text = new String(printed.readAllBytes(), StandardCharsets.UTF_8);
            for (String line : text.lines().toList()) {
                Matcher matcher = LINE.matcher(line);
                ApiKeys key = matcher.matches() ? ApiKeys.forId(Integer.parseInt(matcher.group(2))) : null;
                if (key == null) {
                    continue;
                }
                // When
                ApiVersion version = ApiVersionRange.advertised(key);
                // Then
                int min = Integer.parseInt(matcher.group(3));
                int max = matcher.group(4) == null ? min : Integer.parseInt(matcher.group(4));
                assertThat(List.of(version.minVersion(), version.maxVersion()))
                        .as(matcher.group(1))
                        .containsExactly((short) min, (short) max);
                compared++;
            }
        }
        assertThat(compared).isEqualTo(ApiKeys.values().length);
    }

    @Test
    void onlyWhatHasAHandlerIsAdvertised() {
        ApiTable table = new ApiTable(List.of(handler(ApiKeys.METADATA), handler(ApiKeys.PRODUCE)));
        assertThat(table.keys()).containsExactly(ApiKeys.PRODUCE, ApiKeys.METADATA);
        assertThat(table.advertised()).hasSize(2);
        assertThat(table.handler(ApiKeys.FETCH.id)).isNull();
        assertThat(table.handler((short) -1)).isNull();
        assertThat(table.handler(Short.MAX_VALUE)).isNull();
    }

    @Test
    void twoHandlersForOneApiAreAMistake() {
        assertThatThrownBy(() -> new ApiTable(List.of(handler(ApiKeys.METADATA), handler(ApiKeys.METADATA))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static ApiHandler handler(ApiKeys key) {
        return new ApiHandler() {
            @Override
            public ApiKeys key() {
                return key;
            }

            @Override
            public void handle(RequestContext request) {}
        };
    }
}
