package dev.ottla.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.FetchableTopicResponse;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.ProduceResponseData.PartitionProduceResponse;
import org.apache.kafka.common.message.ProduceResponseData.TopicProduceResponse;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.requests.RequestHeader;
import org.junit.jupiter.api.Test;

class FramesTest {
    private static final String TOPIC = "topic";
    private static final short VERSION = 11;
    private final Batch batch = Batch.of(10, 100);
    private final Tally tally = new Tally();

    @Test
    void aFetchGoesOnWhereItsAnswerEndedAndBeginsAgainAtTheEnd() throws IOException {
        // Given
        Fetches fetches = new Fetches(TOPIC, 3, 1 << 20, batch, true, tally);
        long first = offsetIn(fetches.next());

        // When
        fetches.answered(fetched(Errors.NONE, 30, 2), 1_000);
        long second = offsetIn(fetches.next());
        fetches.answered(fetched(Errors.NONE, 30, 1), 1_000);
        long third = offsetIn(fetches.next());

        // Then
        assertThat(List.of(first, second, third)).containsExactly(0L, 20L, 0L);
        assertThat(tally.requests()).isEqualTo(2);
        assertThat(tally.records()).isEqualTo(30);
        assertThat(tally.bytes()).isEqualTo(3L * batch.bytes());
    }

    @Test
    void aFetchAtTheTailWaitsThere() throws IOException {
        // Given
        Fetches fetches = new Fetches(TOPIC, 3, 1 << 20, batch, false, tally);

        // When
        fetches.answered(fetched(Errors.NONE, 10, 1), 1_000);
        fetches.answered(fetched(Errors.NONE, 10, 0), 1_000);

        // Then
        assertThat(offsetIn(fetches.next())).isEqualTo(10);
    }

    @Test
    void aFetchThatWentWrongEndsTheRun() {
        // Given
        Fetches fetches = new Fetches(TOPIC, 3, 1 << 20, batch, false, tally);

        // When, Then
        assertThatThrownBy(() -> fetches.answered(fetched(Errors.OFFSET_OUT_OF_RANGE, -1, 0), 1_000))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("OFFSET_OUT_OF_RANGE");
    }

    @Test
    void aProduceFindsItsError() throws IOException {
        // Given
        Produces produces = new Produces(TOPIC, ProduceFrames.each(TOPIC, 2, batch), 0, batch, tally);

        // When
        produces.answered(produced(Errors.NONE), 1_000);

        // Then
        assertThat(tally.records()).isEqualTo(10);
        assertThatThrownBy(() -> produces.answered(produced(Errors.NOT_LEADER_OR_FOLLOWER), 1_000))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("NOT_LEADER_OR_FOLLOWER");
    }

    @Test
    void aBatchFillsWhatItMay() {
        assertThat(Batch.filling(65_536, 100).bytes()).isBetween(60_000, 65_536);
        assertThat(Batch.filling(65_536, 1 << 20).records()).isEqualTo(1);
        assertThat(Batch.of(64, 1024, "lz4").bytes()).isBetween(30_000, 45_000);
    }

    private static long offsetIn(ByteBuffer frame) {
        ByteBuffer request = frame.duplicate().position(Integer.BYTES);
        assertThat(RequestHeader.parse(request).apiVersion()).isEqualTo(VERSION);
        FetchRequestData data = new FetchRequestData(new ByteBufferAccessor(request), VERSION);
        var partition = data.topics().getFirst().partitions().getFirst();
        assertThat(partition.partition()).isEqualTo(3);
        return partition.fetchOffset();
    }

    private ByteBuffer fetched(Errors error, long highWatermark, int batches) {
        ByteBuffer records = ByteBuffer.allocate(batches * batch.bytes());
        for (int i = 0; i < batches; i++) {
            records.put(batch.content().buffer().duplicate());
        }
        FetchResponseData data = new FetchResponseData()
                .setResponses(List.of(new FetchableTopicResponse()
                        .setTopic(TOPIC)
                        .setPartitions(List.of(new PartitionData()
                                .setPartitionIndex(3)
                                .setErrorCode(error.code())
                                .setHighWatermark(highWatermark)
                                .setRecords(MemoryRecords.readableRecords(records.flip()))))));
        ByteBuffer body = MessageUtil.toByteBufferAccessor(data, VERSION).buffer();
        return ByteBuffer.allocate(Integer.BYTES + body.remaining())
                .putInt(1)
                .put(body)
                .flip();
    }

    private static ByteBuffer produced(Errors error) {
        ProduceResponseData data = new ProduceResponseData();
        data.responses()
                .add(new TopicProduceResponse()
                        .setName(TOPIC)
                        .setPartitionResponses(List.of(
                                new PartitionProduceResponse().setIndex(1).setErrorCode(error.code()))));
        ByteBuffer body = MessageUtil.toByteBufferAccessor(data, VERSION).buffer();
        return ByteBuffer.allocate(Integer.BYTES + 1 + body.remaining())
                .putInt(1)
                .put((byte) 0)
                .put(body)
                .flip();
    }
}
