package dev.ottla.controller;

import dev.ottla.base.DirectoryId;
import dev.ottla.base.RandomSource;
import dev.ottla.controller.CreateTopics.NewTopic;
import dev.ottla.controller.DeleteTopics.Target;
import dev.ottla.controller.IncrementalAlterConfigs.Edit;
import dev.ottla.controller.IncrementalAlterConfigs.ResourceEdits;
import dev.ottla.metadata.Listener;
import java.util.List;
import java.util.Map;

/** Commands that a seed chooses: sensible and senseless ones, over few names so that they meet. */
final class RandomCommands {
    private final RandomSource random;

    RandomCommands(RandomSource random) {
        this.random = random;
    }

    Command<?> next() {
        return switch (below(11)) {
            case 0, 1, 2 ->
                new CreateTopics(
                        List.of(
                                new NewTopic(name(), below(4), 1 + below(2)),
                                new NewTopic(
                                        name(),
                                        -1,
                                        -1,
                                        List.of(),
                                        List.of(new ConfigSetting("retention.ms", number())))),
                        below(4) == 0);
            case 3, 4 -> new DeleteTopics(List.of(Target.named(name())));
            case 5 -> new CreatePartitions(List.of(new CreatePartitions.Increase(name(), below(8), null)), false);
            case 6 ->
                new IncrementalAlterConfigs(
                        List.of(
                                new ResourceEdits(
                                        (byte) 2, name(), List.of(edit("segment.ms"), edit("cleanup.policy"))),
                                new ResourceEdits(
                                        (byte) 4, below(2) == 0 ? "" : "1", List.of(edit("log.retention.ms")))),
                        false);
            case 7 ->
                new ReplaceConfigs(
                        List.of(new ReplaceConfigs.ResourceConfigs(
                                (byte) 2, name(), List.of(new ConfigSetting("flush.ms", number())))),
                        false);
            case 8 -> new AllocateProducerIds(1);
            case 9 ->
                new UpdateFeatures(
                        Map.of("transaction.version", new UpdateFeatures.Update((short) below(4), (byte)
                                (1 + below(3)))),
                        below(4) == 0);
            default ->
                below(4) == 0
                        ? new ReportDirectories(1, List.of(new DirectoryId(1, below(3))))
                        : below(2) == 0
                                ? new BumpLeaderEpochs(1)
                                : new RegisterBroker(
                                        1,
                                        List.of(new Listener("PLAINTEXT", "127.0.0.1", below(65_536), (short) 0)),
                                        null,
                                        List.of(new DirectoryId(1, 0), new DirectoryId(1, 1 + below(2))));
        };
    }

    private Edit edit(String name) {
        byte operation = (byte) below(4);
        return new Edit(name, operation, operation == 1 ? null : name.equals("cleanup.policy") ? "delete" : number());
    }

    private String name() {
        return "topic" + (below(2) == 0 ? "." : "_") + below(6);
    }

    private String number() {
        return Integer.toString(1 + below(1_000_000));
    }

    private int below(int bound) {
        return Math.floorMod((int) random.nextLong(), bound);
    }
}
