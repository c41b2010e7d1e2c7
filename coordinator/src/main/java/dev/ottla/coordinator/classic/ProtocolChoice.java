package dev.ottla.coordinator.classic;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which assignor the members of a classic group work with: one that all of them have. */
final class ProtocolChoice {
    private ProtocolChoice() {}

    /** What most members would have, of what all have; the leader's order decides between equals. Null when there is nothing. */
    static @Nullable String of(Collection<ClassicMember> members, @Nullable ClassicMember leader) {
        Set<String> candidates = new LinkedHashSet<>();
        if (leader != null) {
            leader.protocols().forEach(offered -> candidates.add(offered.name()));
        }
        members.forEach(member -> candidates.removeIf(name -> !member.supports(name)));
        Map<String, Integer> votes = new HashMap<>();
        for (ClassicMember member : members) {
            String vote = member.vote(candidates);
            if (vote != null) {
                votes.merge(vote, 1, Integer::sum);
            }
        }
        String best = null;
        for (String candidate : candidates) {
            if (best == null || votes.getOrDefault(candidate, 0) > votes.getOrDefault(best, 0)) {
                best = candidate;
            }
        }
        return best;
    }
}
