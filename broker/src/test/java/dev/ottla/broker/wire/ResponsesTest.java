package dev.ottla.broker.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.base.ErrorCode;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.requests.ResponseHeader;
import org.junit.jupiter.api.Test;

class ResponsesTest {
    @Test
    void kafkaClientsReadEveryResponseInEveryVersion() {
        for (ApiKeys key : ApiKeys.values()) {
            var kafkas = org.apache.kafka.common.protocol.ApiKeys.forId(key.id);
            for (short version = key.oldestVersion(); version <= key.latestVersion(); version++) {
                ApiMessage response = kafkas.messageType.newResponse();
                ByteBuffer encoded = ResponseEncoder.encode(key, version, 9, response, ByteBuffer::allocate);
                assertThat(encoded.remaining()).isEqualTo(encoded.capacity());

                assertThat(ResponseHeader.parse(encoded, kafkas.responseHeaderVersion(version))
                                .correlationId())
                        .isEqualTo(9);
                ApiMessage read = kafkas.messageType.newResponse();
                read.read(new ByteBufferAccessor(encoded), version);

                assertThat(read).as("%s v%d", key, version).isEqualTo(response);
                assertThat(encoded.hasRemaining()).isFalse();
            }
        }
    }

    @Test
    void apiVersionsHasTheOldHeaderForEver() {
        ByteBuffer encoded = ResponseEncoder.encode(
                ApiKeys.API_VERSIONS, (short) 4, 9, new ApiVersionsResponseData(), ByteBuffer::allocate);
        assertThat(encoded.getInt(0)).isEqualTo(9);
        assertThat(encoded.getShort(4)).isZero();
        assertThat(ResponseEncoder.headerSizeBytes(ApiKeys.METADATA, (short) 8)).isEqualTo(4);
        assertThat(ResponseEncoder.headerSizeBytes(ApiKeys.METADATA, (short) 9)).isEqualTo(5);
    }

    @Test
    void anErrorIsToldInTheRequestsOwnTerms() {
        MetadataRequestData request = new MetadataRequestData()
                .setTopics(List.of(new MetadataRequestData.MetadataRequestTopic().setName("a")));
        MetadataResponseData response = (MetadataResponseData)
                new ErrorResponses().of((short) 9, request, ErrorCode.CLUSTER_AUTHORIZATION_FAILED, "no");
        assertThat(response).isNotNull();
        assertThat(response.topics()).singleElement().satisfies(topic -> {
            assertThat(topic.name()).isEqualTo("a");
            assertThat(topic.errorCode()).isEqualTo(ErrorCode.CLUSTER_AUTHORIZATION_FAILED.wireCode());
        });
    }

    @Test
    void aProduceThatWantsNoReplyHasNone() {
        ProduceRequestData silent = new ProduceRequestData().setAcks((short) 0);
        assertThat(new ErrorResponses().of((short) 9, silent, ErrorCode.REQUEST_TIMED_OUT, null))
                .isNull();
    }

    @Test
    void framesOfWhatIsNotServedAreNotTaken() {
        FrameLimits limits =
                new FrameLimits(List.of(ApiKeys.PRODUCE, ApiKeys.API_VERSIONS, ApiKeys.METADATA), 5_000_000);
        assertThat(limits.maxFrameBytes(ApiKeys.PRODUCE.id, (short) 3)).isEqualTo(5_000_000);
        assertThat(limits.maxFrameBytes(ApiKeys.PRODUCE.id, (short) 2)).isZero();
        assertThat(limits.maxFrameBytes(ApiKeys.METADATA.id, (short) 13)).isEqualTo(5_000_000);
        assertThat(limits.maxFrameBytes(ApiKeys.METADATA.id, (short) 14)).isZero();
        assertThat(limits.maxFrameBytes(ApiKeys.API_VERSIONS.id, (short) 99))
                .isEqualTo(FrameLimits.API_VERSIONS_FRAME_BYTES);
        assertThat(limits.maxFrameBytes(ApiKeys.JOIN_GROUP.id, (short) 0)).isZero();
        assertThat(limits.maxFrameBytes((short) 9999, (short) 0)).isZero();
        assertThat(limits.maxFrameBytes((short) -1, (short) 0)).isZero();
    }
}
