package dev.ottla.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.internals.Topic;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TopicNamesTest {
    static Stream<String> names() {
        return Stream.of(
                "",
                ".",
                "..",
                "...",
                "a",
                "a b",
                "a/b",
                "ä",
                "A.b_c-9",
                "a".repeat(249),
                "a".repeat(250),
                "a\n",
                "a:b");
    }

    @ParameterizedTest
    @MethodSource("names")
    void namesAreLegalAsInKafkaAndTheProblemIsToldInItsWords(String name) {
        assertThat(TopicNames.problem(name)).isEqualTo(kafkasProblem(name));
    }

    private static String kafkasProblem(String name) {
        try {
            Topic.validate(name);
            return null;
        } catch (InvalidTopicException invalid) {
            return invalid.getMessage();
        }
    }
}
