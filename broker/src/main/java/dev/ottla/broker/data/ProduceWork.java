package dev.ottla.broker.data;

import dev.ottla.replication.Partition;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A Produce request at work: decoded, the partitions it is for, what became of each. Reused. */
final class ProduceWork {
    private final ProduceRequest request = new ProduceRequest();
    private final ProduceResults results = new ProduceResults();
    private @Nullable Partition[] partitions = {};
    /** The end offset that must be acknowledged (acks=all) or forced (flush.messages); 0 when there is nothing to wait for. */
    private long[] awaitedEnds = {};

    private boolean awaitsForce;

    ProduceRequest request() {
        return request;
    }

    ProduceResults results() {
        return results;
    }

    /** After the request was read: room for its partitions. */
    void prepare() {
        int count = request.partitionCount();
        results.reset(count);
        awaitsForce = false;
        if (partitions.length < count) {
            partitions = new Partition[count];
            awaitedEnds = new long[count];
        }
        Arrays.fill(partitions, null);
        Arrays.fill(awaitedEnds, 0);
    }

    @Nullable
    Partition partition(int flat) {
        return partitions[flat];
    }

    void partition(int flat, Partition partition) {
        partitions[flat] = partition;
    }

    void await(int flat, long endOffset) {
        awaitedEnds[flat] = endOffset;
    }

    long awaitedEnd(int flat) {
        return awaitedEnds[flat];
    }

    void settle(int flat) {
        awaitedEnds[flat] = 0;
    }

    boolean awaitsForce() {
        return awaitsForce;
    }

    void awaitForce() {
        awaitsForce = true;
    }
}
