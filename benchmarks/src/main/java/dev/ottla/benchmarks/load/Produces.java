package dev.ottla.benchmarks.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.kafka.common.protocol.Errors;

/** Produce requests with one batch each, to a topic's partitions in turn. */
final class Produces implements Source {
    private final ByteBuffer[] frames;
    private final int errorAt;
    private final Batch batch;
    private final Tally tally;
    private int next;

    Produces(String topic, ByteBuffer[] frames, int first, Batch batch, Tally tally) {
        this.frames = frames;
        this.errorAt = ProduceFrames.errorAt(topic);
        this.batch = batch;
        this.tally = tally;
        this.next = first % frames.length;
    }

    @Override
    public ByteBuffer next() {
        ByteBuffer frame = frames[next].duplicate();
        next = (next + 1) % frames.length;
        return frame;
    }

    @Override
    public void answered(ByteBuffer head, long tookNanos) throws IOException {
        short error = head.getShort(errorAt);
        if (error != 0) {
            throw new IOException("The broker answered " + Errors.forCode(error));
        }
        tally.add(tookNanos, batch.records(), batch.bytes());
    }
}
