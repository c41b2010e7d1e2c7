package dev.ottla.benchmarks.inner;

import dev.ottla.broker.wire.MessageDecoder;
import dev.ottla.broker.wire.RequestHeader;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataRequestData.MetadataRequestTopic;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.requests.MetadataRequest;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A frame of Metadata as it comes from the network: its header, which every request has, and its body, bounded and decoded to objects. */
@State(Scope.Thread)
public class FrameBenchmark {
    private static final short VERSION = 12;

    @Param({"1", "100"})
    private int topics = 1;

    private ByteBuffer frame = ByteBuffer.allocate(0);
    private ByteBuffer body = ByteBuffer.allocate(0);

    @Setup(Level.Trial)
    public void prepare() {
        List<MetadataRequestTopic> names = IntStream.range(0, topics)
                .mapToObj(i -> new MetadataRequestTopic().setName("a-topic-" + i))
                .toList();
        ByteBuffer encoded = new MetadataRequest(new MetadataRequestData().setTopics(names), VERSION)
                .serializeWithHeader(
                        new org.apache.kafka.common.requests.RequestHeader(ApiKeys.METADATA, VERSION, "producer-1", 1));
        frame = ByteBuffer.allocateDirect(encoded.remaining()).put(encoded).flip();
        body = frame.duplicate().position(RequestHeader.parse(frame).bodyPosition());
    }

    @Benchmark
    public RequestHeader header() {
        return RequestHeader.parse(frame);
    }

    @Benchmark
    public ApiMessage body() {
        return MessageDecoder.decode(dev.ottla.broker.wire.ApiKeys.METADATA, VERSION, body);
    }
}
