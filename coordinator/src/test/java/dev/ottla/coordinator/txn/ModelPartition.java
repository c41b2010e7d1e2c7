package dev.ottla.coordinator.txn;

import dev.ottla.base.ErrorCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a partition's log makes of transactional batches and markers, in as many words as it takes. */
final class ModelPartition {
    /** What each producer has written and not ended. */
    private final Map<Long, List<String>> open = new HashMap<>();

    private final Map<Long, Short> epochs = new HashMap<>();
    final List<String> committed = new ArrayList<>();
    final List<String> aborted = new ArrayList<>();

    boolean isOpen(ProducerIdentity producer) {
        return open.containsKey(producer.producerId()) && epochOf(producer) == producer.epoch();
    }

    private short epochOf(ProducerIdentity producer) {
        return epochs.getOrDefault(producer.producerId(), ProducerIdentity.NO_EPOCH);
    }

    @Nullable
    ErrorCode append(ProducerIdentity producer, String value) {
        if (producer.epoch() < epochOf(producer)) {
            return ErrorCode.INVALID_PRODUCER_EPOCH;
        }
        epochs.put(producer.producerId(), producer.epoch());
        open.computeIfAbsent(producer.producerId(), id -> new ArrayList<>()).add(value);
        return null;
    }

    void mark(Ending ending) {
        ProducerIdentity producer = ending.producer();
        int least = ending.version() >= Transaction.VERSION_2 ? producer.epoch() - 1 : producer.epoch();
        if (epochOf(producer) > least) {
            // Marked before: the coordinator did not know
            return;
        }
        epochs.put(producer.producerId(), producer.epoch());
        List<String> ended = open.remove(producer.producerId());
        if (ended != null) {
            (ending.commit() ? committed : aborted).addAll(ended);
        }
    }

    int openCount() {
        return open.size();
    }
}
