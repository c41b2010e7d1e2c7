package dev.ottla.conformance;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;

/** Frames: sizes, headers, unknown and cut-off requests, order of replies (corners 4 and 6). */
final class FramingScenarios {
    private FramingScenarios() {}

    static List<Scenario> all() {
        return List.of(
                new Scenario("framing-unknown", FramingScenarios::unknownApis),
                new Scenario("framing-versions", FramingScenarios::unsupportedVersions),
                new Scenario("framing-cut", FramingScenarios::cutOffBodies),
                new Scenario("framing-sizes", FramingScenarios::sizes),
                new Scenario("framing-client-ids", FramingScenarios::clientIds),
                new Scenario("framing-client-id-negative", FramingScenarios::negativeClientId),
                new Scenario("framing-tags", FramingScenarios::unknownTags),
                new Scenario("framing-order", FramingScenarios::pipelined));
    }

    private static void unknownApis(Session s) {
        for (int key : List.of(-1, 4, 5, 6, 7, 93, 1000, 32767)) {
            s.exchange("api " + key, header(key, 0));
        }
        s.exchange("two bytes", ByteBuffer.wrap(new byte[2]));
        s.exchange("seven bytes", ByteBuffer.wrap(new byte[7]));
    }

    private static ByteBuffer header(int key, int version) {
        return ByteBuffer.allocate(32)
                .putShort((short) key)
                .putShort((short) version)
                .putInt(7)
                .putShort((short) -1)
                .flip();
    }

    private static void unsupportedVersions(Session s) {
        for (ApiKeys key : WantedApis.BY_KEY.keySet()) {
            if (key != ApiKeys.API_VERSIONS) {
                WantedApis.Versions versions = WantedApis.of(key);
                s.exchange(key.name + " above the last", header(key.id, versions.last() + 1));
                s.exchange(key.name + " v-1", header(key.id, -1));
                if (versions.first() > 0) {
                    s.exchange(key.name + " below the first", header(key.id, versions.first() - 1));
                }
            }
        }
    }

    /** Every API and version with a body that ends too soon: an error of its own, or a closed connection. */
    private static void cutOffBodies(Session s) {
        WantedApis.BY_KEY.forEach((key, versions) -> {
            for (int version : versions.list()) {
                ByteBuffer frame = key == ApiKeys.PRODUCE && version < 3
                        ? header(key.id, version).limit(10)
                        : wholeHeader(key, version);
                s.exchangeAs(key, version, frame);
            }
        });
    }

    /** A header of the right version and the first byte of an array that should be longer. */
    private static ByteBuffer wholeHeader(ApiKeys key, int version) {
        var header = RawClient.header(key, version, version);
        ByteBuffer whole = RawClient.frame(header, new Nothing(key));
        return ByteBuffer.allocate(whole.remaining() + 1)
                .put(whole)
                .put((byte) 0x7f)
                .flip();
    }

    private static void sizes(Session s) throws IOException {
        for (int size : List.of(-1, Integer.MIN_VALUE, Integer.MAX_VALUE, 104_857_601)) {
            s.connection().sendBytes(ByteBuffer.allocate(4).putInt(size).array());
            s.say("size " + size + ": closed " + s.connection().isClosedByBroker());
            s.connection().close();
        }
        s.connection().sendBytes(new byte[4]);
        s.say("size 0: closed " + s.connection().isClosedByBroker());
        s.connection().close();
    }

    private static void clientIds(Session s) {
        for (String id : Arrays.asList(null, "", "a", "é", "x".repeat(300))) {
            byte[] bytes = id == null ? new byte[0] : Batches.utf8(id);
            ByteBuffer frame = ByteBuffer.allocate(10 + bytes.length)
                    .putShort(ApiKeys.API_VERSIONS.id)
                    .putShort((short) 0)
                    .putInt(9)
                    .putShort((short) (id == null ? -1 : bytes.length))
                    .put(bytes)
                    .flip();
            s.exchange("client id of " + (id == null ? "null" : bytes.length + " bytes"), frame);
        }
        ByteBuffer tooLong = header(ApiKeys.API_VERSIONS.id, 0);
        tooLong.putShort(8, (short) 500);
        s.exchange("client id longer than the frame", tooLong);
    }

    private static void negativeClientId(Session s) {
        ByteBuffer below = header(ApiKeys.API_VERSIONS.id, 0);
        below.putShort(8, (short) -2);
        s.exchange("client id of -2 bytes", below);
    }

    /** Tagged fields that nobody knows are skipped, in the header and in the body. */
    private static void unknownTags(Session s) {
        ByteBuffer frame = ByteBuffer.allocate(64);
        frame.putShort(ApiKeys.METADATA.id).putShort((short) 9).putInt(3).putShort((short) -1);
        frame.put(new byte[] {2, 5, 3, 'a', 'b', 'c', 9, 0});
        frame.put(new byte[] {1, 0, 0, 0, 1, 77, 2, 'x', 'y'}).flip();
        s.exchange("tags in header and body", frame);
        ByteBuffer twice = ByteBuffer.allocate(64);
        twice.putShort(ApiKeys.METADATA.id).putShort((short) 9).putInt(3).putShort((short) -1);
        twice.put(new byte[] {2, 5, 1, 'a', 5, 1, 'b'});
        twice.put(new byte[] {1, 0, 0, 0, 0}).flip();
        s.exchange("a tag twice", twice);
        ByteBuffer left = ByteBuffer.allocate(64);
        left.putShort(ApiKeys.METADATA.id)
                .putShort((short) 9)
                .putInt(3)
                .putShort((short) -1)
                .put((byte) 0);
        left.put(new byte[] {1, 0, 0, 0, 0, 1, 2, 3}).flip();
        s.exchange("bytes behind the body", left);
    }

    /** Many requests before the first reply is read: one reply each, in their order. */
    private static void pipelined(Session s) throws IOException {
        String topic = s.createTopic("t");
        List<Integer> sent = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            ApiMessage request = switch (i % 4) {
                case 0 -> Requests.produce(topic, 0, Batches.of("v" + i));
                case 1 -> Requests.listOffsets(topic, 0, -1);
                case 2 -> new MetadataRequestData().setTopics(List.of());
                default -> new ApiVersionsRequestData();
            };
            sent.add(s.connection().sendOnly(request, List.of(9, 7, 7, 0).get(i % 4)));
        }
        for (int correlationId : sent) {
            s.say("in order: " + (s.connection().receive().getInt() == correlationId));
        }
        int acked = s.connection().sendOnly(Requests.produce(topic, 0, Batches.of("last")), 9);
        int read = s.connection().sendOnly(Requests.listOffsets(topic, 0, -1), 7);
        int versions = s.connection().sendOnly(new ApiVersionsRequestData(), 0);
        for (int correlationId : List.of(acked, read, versions)) {
            s.say("in order: " + (s.connection().receive().getInt() == correlationId));
        }
        s.ask("nothing was overtaken", Requests.listOffsets(topic, 0, -1), 7);
    }
}
