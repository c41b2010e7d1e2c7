package dev.ottla.broker.coordination;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.base.Clock;
import dev.ottla.base.Files;
import dev.ottla.base.RandomSource;
import dev.ottla.controller.Controller;
import dev.ottla.controller.ControllerSettings;
import dev.ottla.controller.CreateCluster;
import dev.ottla.controller.LocalMetadataLog;
import dev.ottla.controller.RegisterBroker;
import dev.ottla.metadata.TopicImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InternalTopicTest {
    @TempDir
    private Path folder;

    private final List<Throwable> fatal = new CopyOnWriteArrayList<>();

    @ParameterizedTest
    @CsvSource({"1, 3, 1", "2, 3, 2", "3, 3, 3", "5, 3, 3", "3, 1, 1"})
    void itHasAsManyReplicasAsItShouldOrAsThereAreBrokers(int brokers, int wanted, int replicas) throws IOException {
        // Given so many brokers
        try (Controller controller = start(brokers)) {
            InternalTopic topic = new InternalTopic("__internal", controller, 2, wanted, List.of());
            // When the topic is needed first
            TopicImage made = topic.orCreate();
            // Then it is made, with each replica on a broker of its own
            assertThat(made.partitions())
                    .hasSize(2)
                    .allSatisfy(partition ->
                            assertThat(partition.replicas()).hasSize(replicas).doesNotHaveDuplicates());
            // And not made again
            assertThat(topic.orCreate()).isEqualTo(made);
        }
        assertThat(fatal).isEmpty();
    }

    private Controller start(int brokers) throws IOException {
        LocalMetadataLog log = LocalMetadataLog.open(Files.system(), folder.resolve("metadata"));
        Controller controller = Controller.start(
                new ControllerSettings(1, Map.of()), log, Clock.system(), RandomSource.seeded(1), fatal::add);
        controller.submit(new CreateCluster("test"));
        for (int broker = 1; broker <= brokers; broker++) {
            controller.submit(new RegisterBroker(broker, List.of(), null, List.of()));
        }
        return controller;
    }
}
