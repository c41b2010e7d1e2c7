package dev.ottla.cli.records;

import dev.ottla.cli.kit.CommandFailure;
import dev.ottla.cli.kit.ExitCode;
import dev.ottla.cli.kit.Given;
import org.jspecify.annotations.Nullable;

/** Partition numbers from outside. */
final class Partitions {
    private Partitions() {}

    static @Nullable Integer one(@Nullable Long number, String option) {
        if (number == null) {
            return null;
        }
        if (number < 0 || number > Integer.MAX_VALUE) {
            throw Given.usage("%s takes a partition's number, 0 or more, not %d.".formatted(option, number));
        }
        return Math.toIntExact(number);
    }

    /** @throws CommandFailure NOT_FOUND: Kafka's client would wait for the partition to appear */
    static void check(int partition, String topic, int partitions) {
        if (partition >= partitions) {
            throw CommandFailure.of(
                    ExitCode.NOT_FOUND,
                    "Topic '%s' has no partition %d: its partitions are 0 to %d."
                            .formatted(topic, partition, partitions - 1));
        }
    }
}
