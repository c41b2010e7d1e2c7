package dev.ottla.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTest {
    @Test
    void isReadBackAsItWas() throws Exception {
        // Given
        Map<String, Object> value = new LinkedHashMap<>();
        value.put("text", "a \"quoted\" \\ back\nnew\tline \u0001 ü");
        value.put("numbers", List.of(1, 2.5, 10_000_000_000L));
        value.put("nested", Map.of("flags", List.of(true, false), "empty", Map.of()));
        value.put("none", null);
        value.put("lists", List.of(List.of(1), List.of()));

        // When
        JsonNode read = new ObjectMapper().readTree(Json.text(value));

        // Then
        assertThat(read).isEqualTo(new ObjectMapper().readTree(new ObjectMapper().writeValueAsString(value)));
    }

    @Test
    void whatIsNoNumberIsNull() throws Exception {
        // Given
        List<Double> values = List.of(Double.NaN, Double.POSITIVE_INFINITY);

        // When
        String text = Json.text(values);

        // Then
        assertThat(text).isEqualTo("[null, null]\n");
    }
}
