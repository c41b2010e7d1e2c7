package dev.ottla.controller;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.metadata.MetadataEvent;
import java.util.List;

/** A broker has used up its producer ids (KIP-730); the reply is a block that nobody had. */
public record AllocateProducerIds(int brokerId) implements Command<ProducerIdBlock> {
    /** As Kafka's. */
    public static final int BLOCK_SIZE = 1000;

    @Override
    public Decision<ProducerIdBlock> decide(DecisionContext context) {
        long first = context.image().nextProducerId();
        if (first > Long.MAX_VALUE - BLOCK_SIZE) {
            throw new OttlaException(
                    ErrorCode.UNKNOWN_SERVER_ERROR,
                    "Exhausted all producerIds as the next block's end producerId has exceeded the int64 type limit");
        }
        return new Decision<>(
                List.of(new MetadataEvent.ProducerIdsAllocated(brokerId, first + BLOCK_SIZE)),
                new ProducerIdBlock(first, BLOCK_SIZE));
    }
}
