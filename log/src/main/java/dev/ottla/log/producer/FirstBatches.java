package dev.ottla.log.producer;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Producers whose transaction's first batch in this partition was held up while their coordinator was asked, and perhaps refused since: the lowest sequence that each came with. What was sent
 * behind it must not get in before it, in a partition that knows nothing else of the producer (Apache Kafka's VerificationStateEntry). Guarded by the log's lock.
 */
final class FirstBatches {
    /** Producers remembered; beyond it the one that was asked for longest ago is forgotten. Anybody may send a batch in anybody's name. */
    static final int MAX_PRODUCERS = 1_000;

    private final LinkedHashMap<Long, Held> held = new LinkedHashMap<>();

    private record Held(short epoch, int lowestSequence, long askedMs) {}

    void held(long producerId, short epoch, int sequence, long nowMs) {
        if (sequence < 0) {
            return;
        }
        Held known = held.remove(producerId);
        if (known == null || epoch > known.epoch()) {
            known = new Held(epoch, sequence, nowMs);
        } else if (epoch == known.epoch()) {
            known = new Held(epoch, Math.min(sequence, known.lowestSequence()), nowMs);
        }
        held.put(producerId, known);
        if (held.size() > MAX_PRODUCERS) {
            Map.Entry<Long, Held> oldest = held.firstEntry();
            held.remove(oldest.getKey());
        }
    }

    /** It has got in, or the transaction is over. */
    void forget(long producerId) {
        held.remove(producerId);
    }

    /** The highest sequence that a batch may begin with. */
    int lowestSequence(long producerId) {
        Held known = held.get(producerId);
        return known == null ? Integer.MAX_VALUE : known.lowestSequence();
    }

    void expire(long nowMs, long expirationMs) {
        held.values().removeIf(known -> nowMs - known.askedMs() >= expirationMs);
    }

    void clear() {
        held.clear();
    }
}
