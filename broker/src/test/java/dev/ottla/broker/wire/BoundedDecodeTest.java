package dev.ottla.broker.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.ottla.base.RandomSource;
import java.lang.management.ManagementFactory;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.DeleteTopicsRequestData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.MessageUtil;
import org.junit.jupiter.api.Test;

/** The rule: decoding never allocates more than 8 times the bytes received, and 256 KiB. Measured, not computed. */
class BoundedDecodeTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** What the measured calls allocate that is not the decode: exceptions and their messages. */
    private static final long NOISE_BYTES = 4 * 1024;

    @Test
    void whatTheSchemaSaysDecodesToWhatKafkaDecodes() {
        // Given bytes that follow the shape of every request and version, with lists and strings of a few
        RandomSource random = RandomSource.seeded(1);
        forEveryVersion((key, version) -> {
            ByteBuffer body = body(key, version, 64 * 1024, random, depth -> 2, depth -> 3 + depth);

            // When decoded by the walk and our reader, and by kafka-clients' own accessor
            ApiMessage message = MessageDecoder.decode(key, version, body);
            ApiMessage expected = key.newRequest();
            ByteBuffer rest = body.duplicate();
            expected.read(new ByteBufferAccessor(rest), version);

            // Then both are equal, and the walk ended where the decode did
            assertThat(message).as("%s v%d", key, version).isEqualTo(expected);
            assertThat(FrameWalk.end(MessageDecoder.shape(key, version), body)).isEqualTo(rest.position());
        });
    }

    @Test
    void encodedMessagesRoundTrip() {
        forEveryVersion((key, version) -> {
            ApiMessage message = key.newRequest();
            ByteBuffer bytes =
                    MessageUtil.toByteBufferAccessor(message, version).buffer();
            assertThat(MessageDecoder.decode(key, version, bytes)).isEqualTo(message);
        });
    }

    @Test
    void hostileFramesNeverCostMoreThanEightTimesTheirSize() {
        // Given frames of every API and version: long lists of the smallest elements at every depth, empty and tiny
        // strings
        RandomSource random = RandomSource.seeded(2);
        List<IntUnaryOperator> lists = List.of(
                depth -> depth == 0 ? 1_000_000 : 0,
                depth -> depth == 0 ? 1 : 1_000_000,
                depth -> depth <= 1 ? 1 : 1_000_000,
                depth -> depth == 0 ? 9_999 : 1,
                depth -> depth == 0 ? 900 : 30,
                depth -> 40);
        forEveryVersion((key, version) -> {
            for (int size : new int[] {3_000, 30_000}) {
                for (IntUnaryOperator list : lists) {
                    for (int text : new int[] {0, 1, 12}) {
                        ByteBuffer body = body(key, version, size, random, list, depth -> text);
                        assertBounded(key, version, body);
                    }
                }
            }
        });
    }

    @Test
    void bytesOfChanceNeverCostMoreThanEightTimesTheirSize() {
        RandomSource random = RandomSource.seeded(3);
        forEveryVersion((key, version) -> {
            for (int round = 0; round < 40; round++) {
                ByteBuffer body = ByteBuffer.allocateDirect(1 + (int) ((random.nextLong() >>> 1) % 3000));
                for (int i = 0; i < body.limit(); i++) {
                    // Small numbers make lengths that fit, large ones those that do not
                    long bits = random.nextLong();
                    body.put(i, (byte) ((bits & 0x300) == 0 ? bits : bits & 0x07));
                }
                assertBounded(key, version, body);
            }
        });
    }

    @Test
    void keysMadeToCollideAreRefusedBeforeTheyCostTheirNumberCubed() {
        // Given 800 topics whose names have one and the same hash, and 800 of which each has its own
        CreateTopicsRequestData colliding = new CreateTopicsRequestData();
        CreateTopicsRequestData ordinary = new CreateTopicsRequestData();
        for (int i = 0; i < 800; i++) {
            StringBuilder name = new StringBuilder("a-topic-with-quite-a-long-name-so-that-memory-is-not-the-issue-");
            for (int bit = 0; bit < 14; bit++) {
                name.append((i >> bit & 1) == 0 ? "Aa" : "BB");
            }
            colliding.topics().add(topic(name.toString()));
            ordinary.topics().add(topic("a-topic-with-quite-a-long-name-so-that-memory-is-not-the-issue-" + i));
        }
        // When and then
        for (short version = 2; version <= 7; version++) {
            short v = version;
            ByteBuffer hostile = MessageUtil.toByteBufferAccessor(colliding, v).buffer();
            assertThatThrownBy(() -> MessageDecoder.decode(ApiKeys.CREATE_TOPICS, v, hostile))
                    .isInstanceOf(MalformedFrameException.class)
                    .hasMessageContaining("collide");
            ByteBuffer real = MessageUtil.toByteBufferAccessor(ordinary, v).buffer();
            assertThat(MessageDecoder.decode(ApiKeys.CREATE_TOPICS, v, real)).isEqualTo(ordinary);
        }
    }

    private static CreateTopicsRequestData.CreatableTopic topic(String name) {
        return new CreateTopicsRequestData.CreatableTopic().setName(name).setNumPartitions(1);
    }

    @Test
    void textThatIsNotAsciiIsCountedToo() {
        // Given names of 10,000 characters that take three bytes each, and of those between one and two
        for (String name : List.of("\u20ac".repeat(10_000), "a".repeat(29_000) + "\u20ac", "\u00e9".repeat(15_000))) {
            List<MetadataRequestData.MetadataRequestTopic> topics = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                topics.add(new MetadataRequestData.MetadataRequestTopic().setName(name));
            }
            ByteBuffer body = MessageUtil.toByteBufferAccessor(new MetadataRequestData().setTopics(topics), (short) 9)
                    .buffer();
            assertBounded(ApiKeys.METADATA, (short) 9, body);
        }
    }

    @Test
    void theTwoKnownBombsAreRefusedAndRealRequestsAreNot() {
        // Given a Metadata v9 of empty names, 34 times its size in objects
        ByteBuffer bomb =
                body(ApiKeys.METADATA, (short) 9, 200_000, RandomSource.seeded(4), depth -> 1_000_000, depth -> 0);
        assertThatThrownBy(() -> MessageDecoder.decode(ApiKeys.METADATA, (short) 9, bomb))
                .isInstanceOf(MalformedFrameException.class)
                .hasMessageContaining("memory");

        // And a client with 10,000 topics of ordinary names
        List<MetadataRequestData.MetadataRequestTopic> topics = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            topics.add(new MetadataRequestData.MetadataRequestTopic().setName("orders.eu-west." + i));
        }
        for (short version = 0; version <= 13; version++) {
            MetadataRequestData real = new MetadataRequestData().setTopics(topics);
            ByteBuffer body = MessageUtil.toByteBufferAccessor(real, version).buffer();
            assertThat(MessageDecoder.decode(ApiKeys.METADATA, version, body)).isEqualTo(real);
        }
    }

    @Test
    void shortNamesPass() {
        // Given requests that name 1,500 and 10,000 topics by five letters each: in Metadata v9 a name takes 7 bytes,
        // and 76 as objects
        for (int count : new int[] {1_500, 10_000}) {
            List<String> names = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                names.add("t%04d".formatted(i));
            }
            MetadataRequestData metadata = new MetadataRequestData()
                    .setTopics(names.stream()
                            .map(name -> new MetadataRequestData.MetadataRequestTopic().setName(name))
                            .toList());
            DeleteTopicsRequestData delete = new DeleteTopicsRequestData().setTopicNames(names);
            // When and then
            for (short version = 0; version <= 13; version++) {
                assertDecodes(ApiKeys.METADATA, version, metadata);
            }
            for (short version = 1; version <= 5; version++) {
                assertDecodes(ApiKeys.DELETE_TOPICS, version, delete);
            }
        }
    }

    private static void assertDecodes(ApiKeys key, short version, ApiMessage message) {
        ByteBuffer body = MessageUtil.toByteBufferAccessor(message, version).buffer();
        assertThat(MessageDecoder.decode(key, version, body))
                .as("%s v%d", key, version)
                .isEqualTo(message);
        assertBounded(key, version, body);
    }

    @Test
    void deleteTopicsOfEmptyNamesIsRefused() {
        // Given the other known bomb: an empty name takes a byte or two
        for (short version = 4; version <= 5; version++) {
            ByteBuffer bomb = body(
                    ApiKeys.DELETE_TOPICS, version, 200_000, RandomSource.seeded(5), depth -> 1_000_000, depth -> 1);
            short v = version;
            assertThatThrownBy(() -> MessageDecoder.decode(ApiKeys.DELETE_TOPICS, v, bomb))
                    .isInstanceOf(MalformedFrameException.class)
                    .hasMessageContaining("memory");
        }
    }

    @Test
    void unknownTaggedFieldsAreBounded() {
        for (int count : new int[] {16, 17}) {
            ByteBuffer body = ByteBuffer.allocate(1024);
            body.put((byte) 1); // no topics
            body.put((byte) 1).put((byte) 0); // booleans of v12
            body.put((byte) count);
            for (int i = 0; i < count; i++) {
                body.put((byte) (100 + i)).put((byte) 2).putShort((short) 7);
            }
            body.flip();
            if (count <= 16) {
                assertThat(MessageDecoder.decode(ApiKeys.METADATA, (short) 12, body)
                                .unknownTaggedFields())
                        .hasSize(count);
            } else {
                assertThatThrownBy(() -> MessageDecoder.decode(ApiKeys.METADATA, (short) 12, body))
                        .isInstanceOf(MalformedFrameException.class)
                        .hasMessageContaining("tagged");
            }
        }
    }

    private interface Check {
        void of(ApiKeys key, short version);
    }

    private static void forEveryVersion(Check check) {
        for (ApiKeys key : ApiKeys.values()) {
            for (short version = key.oldestVersion(); version <= key.latestVersion(); version++) {
                check.of(key, version);
            }
        }
    }

    private static ByteBuffer body(
            ApiKeys key,
            short version,
            int maxBytes,
            RandomSource random,
            IntUnaryOperator listLength,
            IntUnaryOperator textLength) {
        ByteBuffer body = ByteBuffer.allocateDirect(maxBytes);
        try {
            new RandomMessages(random, body, listLength, textLength).write(MessageDecoder.shape(key, version), 0);
        } catch (BufferOverflowException e) {
            // Lists promised more than there was room for: a frame that is cut off, which is hostile enough.
            return body.flip();
        }
        return body.flip();
    }

    private static void assertBounded(ApiKeys key, short version, ByteBuffer body) {
        Shape.Struct shape = MessageDecoder.shape(key, version);
        boolean decoded = decodes(key, version, body);
        long before = THREADS.getCurrentThreadAllocatedBytes();
        decodes(key, version, body);
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        assertThat(allocated)
                .as("%s v%d, %d bytes, %s", key, version, body.remaining(), decoded ? "decoded" : "refused")
                .isLessThanOrEqualTo(256 * 1024 + 8L * body.remaining() + NOISE_BYTES);
        if (decoded) {
            assertThat(allocated)
                    .as("what the walk foresaw for %s v%d", key, version)
                    .isLessThanOrEqualTo(FrameWalk.check(shape, body) + NOISE_BYTES);
        }
    }

    /** Twice in a row: the first time also loads classes and links the code of messages. */
    private static boolean decodes(ApiKeys key, short version, ByteBuffer body) {
        try {
            MessageDecoder.decode(key, version, body);
            return true;
        } catch (MalformedFrameException e) {
            return false;
        }
    }
}
