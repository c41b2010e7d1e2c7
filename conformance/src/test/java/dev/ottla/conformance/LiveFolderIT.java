package dev.ottla.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.apache.kafka.metadata.properties.MetaPropertiesEnsemble;
import org.apache.kafka.metadata.properties.MetaPropertiesEnsemble.VerificationFlag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder whose journal has what its segments may not have yet is not for Apache Kafka. */
class LiveFolderIT {
    @Test
    void apacheKafkaRefusesAFolderWithALiveJournal(@TempDir Path parent) throws Exception {
        // Given a broker that was killed with records in its journal
        try (BrokerProcess broker = BrokerProcess.start(parent.resolve("broker"))) {
            JavaClient.createTopic(broker, "live", 1);
            broker.kill();
        }

        Path folder;
        try (Stream<Path> files = Files.walk(parent)) {
            folder = files.filter(file -> file.endsWith("ottla-journal"))
                    .findFirst()
                    .orElseThrow()
                    .getParent();
        }

        // When Apache Kafka looks at its folder, as it does before anything else at a start
        var found = new MetaPropertiesEnsemble.Loader()
                .addLogDirs(List.of(folder.toString()))
                .load();

        // Then the folder counts as failed, and a start from it alone is refused
        assertThat(found.errorLogDirs()).containsExactly(folder.toString());
        assertThatThrownBy(() -> found.verify(
                        Optional.empty(), OptionalInt.empty(), EnumSet.of(VerificationFlag.REQUIRE_AT_LEAST_ONE_VALID)))
                .isInstanceOf(RuntimeException.class);
    }
}
