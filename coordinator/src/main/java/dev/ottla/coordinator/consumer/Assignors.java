package dev.ottla.coordinator.consumer;

import dev.ottla.coordinator.assign.Assignor;
import dev.ottla.coordinator.assign.RangeAssignor;
import dev.ottla.coordinator.assign.UniformAssignor;
import dev.ottla.coordinator.group.Groups;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The assignors of the broker, and which of them a group uses. */
final class Assignors {
    private static final Map<String, Assignor> ASSIGNORS = assignors();

    private final Groups groups;

    Assignors(Groups groups) {
        this.groups = groups;
    }

    private static Map<String, Assignor> assignors() {
        Map<String, Assignor> byName = new LinkedHashMap<>();
        for (Assignor assignor : List.of(new UniformAssignor(), new RangeAssignor())) {
            byName.put(assignor.name(), assignor);
        }
        return byName;
    }

    /** The one that most members prefer; the broker's default where they do not say. */
    Assignor of(ConsumerGroup group) {
        Map<String, Integer> votes = new HashMap<>();
        for (ConsumerMember member : group.members()) {
            if (member.wish().assignor() != null) {
                votes.merge(member.wish().assignor(), 1, Integer::sum);
            }
        }
        String best = groups.settings().consumer().assignors().getFirst();
        for (Map.Entry<String, Integer> vote : votes.entrySet()) {
            if (vote.getValue() > votes.getOrDefault(best, 0)) {
                best = vote.getKey();
            }
        }
        Assignor assignor = ASSIGNORS.get(best);
        return assignor == null ? new UniformAssignor() : assignor;
    }

    /** Whether members may ask for an assignor. */
    boolean knows(String assignor) {
        return ASSIGNORS.containsKey(assignor)
                && groups.settings().consumer().assignors().contains(assignor);
    }

    String names() {
        return String.join(", ", groups.settings().consumer().assignors());
    }
}
