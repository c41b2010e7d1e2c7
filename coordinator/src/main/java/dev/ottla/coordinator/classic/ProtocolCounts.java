package dev.ottla.coordinator.classic;

import dev.ottla.coordinator.event.ClassicOffer;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** How many members of a group have each protocol: who joins a large group must not have every member asked. */
final class ProtocolCounts {
    private final Map<String, Integer> members = new HashMap<>();

    void add(Collection<ClassicOffer> offers) {
        names(offers).forEach(name -> members.merge(name, 1, Integer::sum));
    }

    void remove(Collection<ClassicOffer> offers) {
        names(offers).forEach(name -> members.computeIfPresent(name, (same, count) -> count == 1 ? null : count - 1));
    }

    /** Whether somebody with these offers has one that so many members have. */
    boolean fits(Collection<ClassicOffer> offers, int memberCount) {
        for (ClassicOffer offer : offers) {
            if (members.getOrDefault(offer.name(), 0) == memberCount) {
                return true;
            }
        }
        return false;
    }

    private static Set<String> names(Collection<ClassicOffer> offers) {
        Set<String> names = HashSet.newHashSet(offers.size());
        offers.forEach(offer -> names.add(offer.name()));
        return names;
    }
}
