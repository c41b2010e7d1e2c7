package dev.ottla.controller;

import dev.ottla.metadata.MetadataEvent;
import dev.ottla.metadata.TopicImage;
import java.util.List;

/**
 * A broker came back from an unclean stop: all partitions that it leads get a new leader epoch, so that clients notice a log that
 * may have lost its tail. The reply is how many.
 */
public record BumpLeaderEpochs(int brokerId) implements Command<Integer> {
    @Override
    public Decision<Integer> decide(DecisionContext context) {
        int led = 0;
        for (TopicImage topic : context.image().topics().values()) {
            led += (int) topic.partitions().stream()
                    .filter(partition -> partition.leader() == brokerId)
                    .count();
        }
        return led == 0
                ? Decision.nothing(0)
                : new Decision<>(List.of(new MetadataEvent.LeaderEpochsBumped(brokerId)), led);
    }
}
