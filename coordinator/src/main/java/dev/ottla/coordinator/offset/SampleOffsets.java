package dev.ottla.coordinator.offset;

import dev.ottla.coordinator.event.CommittedOffset;
import dev.ottla.coordinator.group.Groups;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/** The committed offsets of many groups, as many as are asked for: what lag is computed from. */
public final class SampleOffsets {
    private SampleOffsets() {}

    /**
     * Committed offsets.
     *
     * @param leftOut how many more there are
     */
    public record Sample(List<Position> positions, long leftOut) {}

    /** How far a group has come in a partition. */
    public record Position(String groupId, String topic, int partition, long offset) {}

    /** At most so many; always the same ones as long as no group comes or goes. */
    public static Sample run(Groups groups, int most) {
        List<Position> positions = new ArrayList<>();
        long leftOut = 0;
        for (String groupId : groups.offsets().groups()) {
            for (Map.Entry<String, SortedMap<Integer, CommittedOffset>> topic :
                    groups.offsets().ofGroup(groupId).entrySet()) {
                leftOut += topic.getValue().size();
                for (Map.Entry<Integer, CommittedOffset> partition :
                        topic.getValue().entrySet()) {
                    if (positions.size() == most) {
                        break;
                    }
                    long offset = partition.getValue().offset();
                    positions.add(new Position(groupId, topic.getKey(), partition.getKey(), offset));
                    leftOut--;
                }
            }
        }
        return new Sample(positions, leftOut);
    }
}
