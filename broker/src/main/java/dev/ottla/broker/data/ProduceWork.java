package dev.ottla.broker.data;

import dev.ottla.base.ErrorCode;
import dev.ottla.replication.Partition;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A Produce request at work: decoded, the partitions it is for, what became of each. Reused. */
final class ProduceWork {
    private final ProduceRequest request = new ProduceRequest();
    private final ProduceResults results = new ProduceResults();
    private @Nullable Partition[] partitions = {};
    /** The end offset that must be acknowledged, by the journal, all in sync or a force (flush.messages); 0 when there is nothing to wait for. */
    private long[] awaitedEnds = {};

    /** Where the log ended when it was looked whether a batch's transaction is known there. */
    private long[] askedAt = {};

    private boolean awaits;
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
        awaits = false;
        awaitsForce = false;
        if (partitions.length < count) {
            partitions = new Partition[count];
            askedAt = new long[count];
        }
        Arrays.fill(partitions, 0, count, null);
    }

    @Nullable
    Partition partition(int flat) {
        return partitions[flat];
    }

    void partition(int flat, Partition partition) {
        partitions[flat] = partition;
    }

    /** It has its result: nothing is appended there. */
    void refuse(int flat, ErrorCode error, ProduceResults.@Nullable Refusal why) {
        partitions[flat] = null;
        results.failed(flat, error, -1, why);
    }

    void asking(int flat, long endOffset) {
        askedAt[flat] = endOffset;
    }

    /** For a transactional batch: the transaction must not have ended at or behind this offset. */
    long askedAt(int flat) {
        return askedAt[flat];
    }

    void await(int flat, long endOffset) {
        if (!awaits) {
            awaits = true;
            if (awaitedEnds.length < results.count()) {
                awaitedEnds = new long[results.count()];
            }
            Arrays.fill(awaitedEnds, 0);
        }
        awaitedEnds[flat] = endOffset;
    }

    long awaitedEnd(int flat) {
        return awaits ? awaitedEnds[flat] : 0;
    }

    void settle(int flat) {
        awaitedEnds[flat] = 0;
    }

    boolean awaits() {
        return awaits;
    }

    boolean awaitsForce() {
        return awaitsForce;
    }

    void awaitForce() {
        awaitsForce = true;
    }
}
