package dev.ottla.controller;

import dev.ottla.base.RandomSource;
import dev.ottla.controller.CreateTopics.NewTopic;
import dev.ottla.metadata.ClusterImage;
import dev.ottla.metadata.Listener;
import java.util.List;
import java.util.Map;

/** A core with an image that its decisions change: broker 1 is there. */
final class TestCluster {
    private final ControllerCore core;
    private final RandomSource random = RandomSource.seeded(7);
    private ClusterImage image = ClusterImage.EMPTY;

    TestCluster() {
        this(Map.of("num.partitions", "3"));
    }

    TestCluster(Map<String, String> staticConfigs) {
        core = new ControllerCore(new ControllerSettings(1, staticConfigs));
        run(new CreateCluster("test-cluster"));
        run(new RegisterBroker(1, List.of(new Listener("PLAINTEXT", "127.0.0.1", 9092, (short) 0)), null, List.of()));
    }

    <R> R run(Command<R> command) {
        Decision<R> decision = core.decide(image, command, 1_000, random);
        image = image.apply(decision.events());
        return decision.reply();
    }

    /** Creates topics with one replica. */
    TestCluster with(String name, int partitions) {
        run(new CreateTopics(List.of(new NewTopic(name, partitions, 1)), false));
        return this;
    }

    ClusterImage image() {
        return image;
    }
}
