package dev.ottla.broker.data;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.ottla.base.TopicId;
import dev.ottla.broker.wire.MalformedFrameException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchRequestData.ForgottenTopic;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.MessageUtil;
import org.junit.jupiter.api.Test;

/** The hand-written decoders keep to the rule as well: no more than 8 times the bytes received, and a little. Measured, not computed. */
class DataDecodeBoundTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int MANY = 30_000;

    @Test
    void noFetchCostsMoreThanEightTimesItsSize() {
        for (short version = FetchRequest.FIRST_VERSION; version <= FetchRequest.LAST_VERSION; version++) {
            BiConsumer<WireReader, ByteBuffer> decoder = fetch(version);
            // Given long lists of the least that they can hold, at each depth
            FetchRequestData partitions = new FetchRequestData()
                    .setTopics(List.of(fetchTopic(0, IntStream.range(0, MANY).toArray())));
            assertBounded("many partitions", partitions, version, decoder);
            assertBounded("many topics", new FetchRequestData().setTopics(fetchTopics(0)), version, decoder);
            assertBounded("a topic each", new FetchRequestData().setTopics(fetchTopics(1)), version, decoder);
            if (FetchRequest.hasSessions(version)) {
                assertBounded("forgotten topics", forgetting(MANY, 0), version, decoder);
                assertBounded("forgotten partitions", forgetting(1, MANY), version, decoder);
                assertBounded("forgotten, one each", forgetting(MANY, 1), version, decoder);
            }
        }
    }

    @Test
    void partitionsMadeToCollideCostNoMore() {
        // Given partitions that fall into one slot of a hash table of 64 Ki slots, whatever their topic's hash
        int topicHash = 31 * (31 * TopicId.ZERO.hashCode() + "".hashCode());
        int[] colliding =
                IntStream.range(0, MANY).map(i -> ((i << 16) | i) - topicHash).toArray();
        FetchRequestData request = new FetchRequestData().setTopics(List.of(fetchTopic(0, colliding)));
        // When and then
        for (short version = FetchRequest.FIRST_VERSION; version < 13; version++) {
            assertBounded("colliding", request, version, fetch(version));
        }
    }

    @Test
    void noProduceCostsMoreThanEightTimesItsSize() {
        for (short version = ProduceRequest.FIRST_VERSION; version <= ProduceRequest.LAST_VERSION; version++) {
            short v = version;
            BiConsumer<WireReader, ByteBuffer> decoder = (in, body) -> new ProduceRequest().read(in, body, v);
            assertBounded("many partitions", produce(1, MANY), version, decoder);
            assertBounded("many topics", produce(MANY, 0), version, decoder);
            assertBounded("a topic each", produce(MANY, 1), version, decoder);
            assertBounded("just checked for repeats", produce(1, 1 << 12), version, decoder);
        }
    }

    private static BiConsumer<WireReader, ByteBuffer> fetch(short version) {
        return (in, body) -> FetchRequest.read(in, body, version);
    }

    private static List<FetchTopic> fetchTopics(int partitions) {
        List<FetchTopic> topics = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            topics.add(fetchTopic(i, IntStream.range(0, partitions).toArray()));
        }
        return topics;
    }

    private static FetchTopic fetchTopic(int number, int... partitions) {
        List<FetchRequestData.FetchPartition> list = new ArrayList<>();
        for (int partition : partitions) {
            list.add(new FetchRequestData.FetchPartition().setPartition(partition));
        }
        return new FetchTopic()
                .setTopic(name(number))
                .setTopicId(new Uuid(number, number))
                .setPartitions(list);
    }

    private static FetchRequestData forgetting(int topics, int partitions) {
        List<ForgottenTopic> forgotten = new ArrayList<>();
        List<Integer> list = IntStream.range(0, partitions).boxed().toList();
        for (int i = 0; i < topics; i++) {
            forgotten.add(new ForgottenTopic()
                    .setTopic(name(i))
                    .setTopicId(new Uuid(i, i))
                    .setPartitions(list));
        }
        return new FetchRequestData().setForgottenTopicsData(forgotten);
    }

    private static ProduceRequestData produce(int topics, int partitions) {
        ProduceRequestData request = new ProduceRequestData();
        for (int i = 0; i < topics; i++) {
            List<PartitionProduceData> list = new ArrayList<>();
            for (int partition = 0; partition < partitions; partition++) {
                list.add(new PartitionProduceData().setIndex(partition));
            }
            request.topicData()
                    .add(new TopicProduceData()
                            .setName(name(i))
                            .setTopicId(new Uuid(i, i))
                            .setPartitionData(list));
        }
        return request;
    }

    /** Short, and the first one is empty. */
    private static String name(int number) {
        return number == 0 ? "" : Integer.toString(number, Character.MAX_RADIX);
    }

    private static void assertBounded(
            String what, ApiMessage request, short version, BiConsumer<WireReader, ByteBuffer> decoder) {
        ByteBuffer body = MessageUtil.toByteBufferAccessor(request, version).buffer();
        // The first time also loads classes.
        decode(decoder, body);
        long before = THREADS.getCurrentThreadAllocatedBytes();
        decode(decoder, body);
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        assertThat(allocated)
                .as(
                        "%s, v%d, %d bytes: %.1f times",
                        what, version, body.remaining(), (double) allocated / body.remaining())
                .isLessThanOrEqualTo(256 * 1024 + 8L * body.remaining());
    }

    private static void decode(BiConsumer<WireReader, ByteBuffer> decoder, ByteBuffer body) {
        try {
            decoder.accept(new WireReader(new TopicKeys()), body);
        } catch (MalformedFrameException refused) {
            // A refusal is bounded too.
        }
    }
}
