package dev.ottla.log.compact;

import dev.ottla.record.BatchHeader;
import java.nio.ByteBuffer;
import java.util.Map;

/**
 * By which batch the log remembers each of its producers: the one with its last sequence or, when its epoch has none, the marker of that epoch.
 * These batches stay, emptied if need be, as long as the producer is known.
 */
public final class ProducerTails {
    private static final long NO_DATA = -1;

    private final Map<Long, Tail> tails;

    /** @param lastDataOffset of its last batch; -1 when nothing but markers is known of its epoch */
    public record Tail(long lastDataOffset, short epoch) {}

    public ProducerTails(Map<Long, Tail> tails) {
        this.tails = Map.copyOf(tails);
    }

    /** Whether the batch is what its producer is remembered by. */
    public boolean isTail(ByteBuffer batch, int at) {
        Tail tail = tails.get(BatchHeader.producerId(batch, at));
        if (tail == null) {
            return false;
        }
        return tail.lastDataOffset() == NO_DATA
                ? BatchHeader.isControl(batch, at) && BatchHeader.producerEpoch(batch, at) == tail.epoch()
                : BatchHeader.lastOffset(batch, at) == tail.lastDataOffset();
    }
}
