package dev.ottla.conformance;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Errors;

/** ApiVersions: the one API whose answers a client must understand before it knows the broker. */
final class ApiVersionsScenarios {
    private ApiVersionsScenarios() {}

    static List<Scenario> all() {
        return List.of(
                new Scenario("api-versions-each", ApiVersionsScenarios::eachVersion),
                new Scenario("api-versions-unknown", ApiVersionsScenarios::unknownVersion),
                new Scenario("api-versions-software", ApiVersionsScenarios::clientSoftware));
    }

    private static void eachVersion(Session s) {
        for (int version : WantedApis.of(ApiKeys.API_VERSIONS).list()) {
            say(s, version, s.peek(software("java", "4.3.1"), version));
        }
    }

    /** Only what a client uses of it: the features of a cluster are not part of this comparison. */
    private static void say(Session s, int version, Reply reply) {
        s.sawWithoutText(ApiKeys.API_VERSIONS, version, reply);
        ApiVersionsResponseData data = reply.as(ApiVersionsResponseData.class);
        s.say("v" + version + " " + Errors.forCode(data.errorCode()) + " throttle=" + data.throttleTimeMs());
        data.apiKeys().stream()
                .filter(api -> WantedApis.BY_KEY.containsKey(ApiKeys.forId(api.apiKey())))
                .map(api -> ApiKeys.forId(api.apiKey()).name + " " + api.minVersion() + ".." + api.maxVersion())
                .sorted()
                .forEach(s::say);
    }

    /** Corner 1: header v0, body v0, error 35 and the range of ApiVersions itself. */
    private static void unknownVersion(Session s) throws Exception {
        for (int version : List.of(5, 6, 99, 32767)) {
            ByteBuffer frame = ByteBuffer.allocate(2 + 2 + 4 + 2 + 1);
            frame.putShort(ApiKeys.API_VERSIONS.id)
                    .putShort((short) version)
                    .putInt(version)
                    .putShort((short) -1);
            frame.put((byte) 0).flip();
            Optional<ByteBuffer> reply = s.exchange("ApiVersions v" + version, frame);
            if (reply.isPresent()) {
                ByteBufferAccessor body = new ByteBufferAccessor(reply.get());
                s.say("correlation id " + body.readInt());
                ApiVersionsResponseData data = new ApiVersionsResponseData(body, (short) 0);
                s.say(Errors.forCode(data.errorCode()) + " " + data.apiKeys() + ", bytes left " + body.remaining());
            }
        }
        s.exchange("ApiVersions v-1", negativeVersion());
    }

    private static ByteBuffer negativeVersion() {
        return ByteBuffer.allocate(10)
                .putShort(ApiKeys.API_VERSIONS.id)
                .putShort((short) -1)
                .putInt(1)
                .putShort((short) -1)
                .flip();
    }

    /** Corner 2: names and versions of clients that are no plain words. */
    private static void clientSoftware(Session s) {
        for (int version : List.of(3, 4)) {
            for (String name : List.of("a", "a.b-c", "-a", "a-", "", "a b", "é", "a_b")) {
                Reply reply = s.peek(software(name, "1"), version);
                s.sawWithoutText(ApiKeys.API_VERSIONS, version, reply);
                ApiVersionsResponseData data = reply.as(ApiVersionsResponseData.class);
                s.say("v" + version + " name '" + name + "' " + Errors.forCode(data.errorCode()) + " apis: "
                        + (data.apiKeys().isEmpty() ? "none" : "some"));
            }
            Reply reply = s.peek(software("a", "1.0 beta"), version);
            s.say("version '1.0 beta' "
                    + Errors.forCode(reply.as(ApiVersionsResponseData.class).errorCode()));
        }
    }

    private static ApiVersionsRequestData software(String name, String version) {
        return new ApiVersionsRequestData().setClientSoftwareName(name).setClientSoftwareVersion(version);
    }
}
