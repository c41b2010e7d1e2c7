package dev.ottla.broker.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.MetadataRequest;
import org.apache.kafka.common.requests.RequestHeader;
import org.junit.jupiter.api.Test;

class RequestHeaderTest {
    @Test
    void readsWhatKafkaClientsWriteInEveryVersion() {
        for (ApiKeys key : ApiKeys.values()) {
            for (short version = key.oldestVersion(); version <= key.latestVersion(); version++) {
                RequestHeader written = new RequestHeader(kafkas(key), version, "client-1", 77);
                ByteBuffer frame = serialize(written);
                frame.position(0);

                dev.ottla.broker.wire.RequestHeader read = dev.ottla.broker.wire.RequestHeader.parse(frame);

                assertThat(read.key()).isEqualTo(key);
                assertThat(read.version()).isEqualTo(version);
                assertThat(read.correlationId()).isEqualTo(77);
                assertThat(read.clientId(frame)).isEqualTo("client-1");
                assertThat(read.bodyPosition()).isEqualTo(frame.limit());
            }
        }
    }

    @Test
    void aWholeRequestsBodyStartsBehindItsHeader() {
        AbstractRequest request = MetadataRequest.Builder.allTopics().build((short) 12);
        ByteBuffer frame =
                request.serializeWithHeader(new RequestHeader(kafkas(ApiKeys.METADATA), (short) 12, null, 1));
        var header = dev.ottla.broker.wire.RequestHeader.parse(frame);
        assertThat(header.clientId(frame)).isNull();
        frame.position(header.bodyPosition());
        assertThat(MessageDecoder.decode(ApiKeys.METADATA, (short) 12, frame)).isEqualTo(request.data());
    }

    @Test
    void anApiVersionsOfTheFutureKeepsItsCorrelationId() {
        ByteBuffer frame = ByteBuffer.allocate(20);
        frame.putShort(ApiKeys.API_VERSIONS.id).putShort((short) 99).putInt(5).position(0);
        var header = dev.ottla.broker.wire.RequestHeader.parse(frame);
        assertThat(header.version()).isEqualTo((short) 99);
        assertThat(header.correlationId()).isEqualTo(5);
    }

    @Test
    void hostileHeadersAreRefused() {
        assertRefused(ByteBuffer.allocate(7));
        assertRefused(header(ApiKeys.METADATA.id, 9, 10).limit(9));
        assertRefused(header((short) 999, 0, 10));
        assertRefused(header(ApiKeys.METADATA.id, 9, -2));
        assertRefused(header(ApiKeys.METADATA.id, 9, 30_000));
        // Tagged fields: none of the bytes that they promise, more than anybody sends, a varint without end
        assertRefused(header(ApiKeys.METADATA.id, 9, 0)
                .put(10, (byte) 1)
                .put(11, (byte) 1)
                .put(12, (byte) 100));
        assertRefused(header(ApiKeys.METADATA.id, 9, 0).put(10, (byte) 17));
        ByteBuffer endless = header(ApiKeys.METADATA.id, 9, 0);
        for (int i = 10; i < endless.limit(); i++) {
            endless.put(i, (byte) 0xFF);
        }
        assertRefused(endless);
    }

    private static ByteBuffer header(short key, int version, int clientIdBytes) {
        return ByteBuffer.allocate(40)
                .putShort(key)
                .putShort((short) version)
                .putInt(1)
                .putShort((short) clientIdBytes)
                .position(0);
    }

    private static ByteBuffer serialize(RequestHeader header) {
        return org.apache.kafka.common.protocol.MessageUtil.toByteBufferAccessor(header.data(), header.headerVersion())
                .buffer();
    }

    private static void assertRefused(ByteBuffer frame) {
        assertThatThrownBy(() -> dev.ottla.broker.wire.RequestHeader.parse(frame))
                .isInstanceOf(MalformedFrameException.class);
    }

    private static org.apache.kafka.common.protocol.ApiKeys kafkas(ApiKeys key) {
        return org.apache.kafka.common.protocol.ApiKeys.forId(key.id);
    }
}
