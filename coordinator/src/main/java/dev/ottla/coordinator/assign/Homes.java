package dev.ottla.coordinator.assign;

import dev.ottla.base.TopicId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Who had what before anything moved. Balancing goes by sizes and may give a member something new while something that it had goes to another. */
final class Homes {
    private final Map<Piece, Share> homes = new HashMap<>();

    Homes(List<Share> shares) {
        shares.forEach(share -> share.pieces().forEach(piece -> homes.put(piece, share)));
    }

    /** Moves a partition of the topic: one that comes home, else one that is not at home, else any. */
    void move(Share from, Share to, TopicId topic) {
        Piece best = null;
        int bestCost = 0;
        for (int partition : from.partitions().getOrDefault(topic, new TreeSet<>())) {
            Piece piece = new Piece(topic, partition);
            Share home = homes.get(piece);
            int cost = home == to ? 0 : home == from ? 2 : 1;
            if (best == null || cost < bestCost) {
                best = piece;
                bestCost = cost;
            }
        }
        if (best != null) {
            from.remove(best);
            to.add(best);
        }
    }

    /** Undoes moves that balance did not need; each time one more piece is where it was, so it ends. */
    void bringBack(List<Share> shares) {
        boolean changed = true;
        while (changed) {
            changed = false;
            for (Share holder : shares) {
                for (Piece piece : holder.pieces()) {
                    Share home = homes.get(piece);
                    if (home != null && home != holder) {
                        changed |= bringBack(piece, holder, home);
                    }
                }
            }
        }
    }

    private boolean bringBack(Piece piece, Share holder, Share home) {
        boolean hasRoom = home.size() < holder.size();
        Piece instead = hasRoom ? null : strangerFor(home, holder);
        if (!hasRoom && instead == null) {
            return false;
        }
        holder.remove(piece);
        home.add(piece);
        if (instead != null) {
            home.remove(instead);
            holder.add(instead);
        }
        return true;
    }

    /** Something that a member did not have and another can read; best what that had. */
    private @Nullable Piece strangerFor(Share member, Share other) {
        Piece found = null;
        for (Piece piece : member.pieces()) {
            Share home = homes.get(piece);
            if (home == other) {
                return piece;
            }
            if (home != member && other.reads(piece.topic())) {
                found = piece;
            }
        }
        return found;
    }
}
