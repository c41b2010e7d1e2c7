package dev.ottla.controller;

import dev.ottla.base.DirectoryId;
import dev.ottla.base.TopicId;
import dev.ottla.metadata.MetadataEvent;
import dev.ottla.metadata.PartitionImage;
import dev.ottla.metadata.TopicImage;
import java.util.ArrayList;
import java.util.List;

/**
 * Says which data folder holds a broker's replicas (KIP-858): when they are found at a start, and when one has been copied to another
 * folder, which is its home from the moment this is decided. The reply has true for each that was assigned; one that is gone, or is not
 * where the asker believes, is left alone.
 */
public record AssignDirectories(int brokerId, List<Assignment> assignments) implements Command<List<Boolean>> {
    /**
     * One replica's folder.
     *
     * @param from where the asker believes it to be until now
     */
    public record Assignment(TopicId topicId, int partition, DirectoryId from, DirectoryId to) {}

    public AssignDirectories {
        assignments = List.copyOf(assignments);
    }

    @Override
    public Decision<List<Boolean>> decide(DecisionContext context) {
        List<MetadataEvent> events = new ArrayList<>();
        List<Boolean> done = new ArrayList<>();
        for (Assignment assignment : assignments) {
            TopicImage topic = context.image().topic(assignment.topicId());
            PartitionImage partition = topic == null ? null : topic.partition(assignment.partition());
            boolean fits = partition != null
                    && partition.replicas().contains(brokerId)
                    && partition.directoryOf(brokerId).equals(assignment.from());
            if (partition != null && fits && !assignment.to().equals(assignment.from())) {
                events.add(new MetadataEvent.PartitionChanged(
                        assignment.topicId(), partition.inDirectory(brokerId, assignment.to())));
            }
            done.add(fits);
        }
        return new Decision<>(events, done);
    }
}
