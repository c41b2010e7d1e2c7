package dev.ottla.broker.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The head of a request frame: API key int16, version int16, correlation id int32, client id nullable string (int16 length), and from
 * header version 2 on tagged fields (KIP-482), which are skipped. Read in place: the client id stays bytes until somebody asks.
 *
 * @param key the API
 * @param version as the client sent it, which for ApiVersions may be one that nobody knows
 * @param clientIdPosition where the client id's bytes start in the frame
 * @param clientIdBytes how many there are; -1 for null
 * @param bodyPosition where the request's body starts in the frame
 */
public record RequestHeader(
        ApiKeys key, short version, int correlationId, int clientIdPosition, int clientIdBytes, int bodyPosition) {
    /** Tagged fields that a header may carry; no client sends any today. */
    public static final int MAX_TAGGED_FIELDS = 16;

    private static final int FIXED_BYTES = 8;

    /**
     * Reads the header at the buffer's position, which does not move.
     *
     * @throws MalformedFrameException when the API is unknown or the bytes are not a header
     */
    public static RequestHeader parse(ByteBuffer frame) {
        int start = frame.position();
        int limit = frame.limit();
        if (limit - start < FIXED_BYTES) {
            throw new MalformedFrameException("A request header needs 8 bytes, the frame has " + (limit - start));
        }
        short keyId = frame.getShort(start);
        short version = frame.getShort(start + 2);
        int correlationId = frame.getInt(start + 4);
        ApiKeys key = ApiKeys.forId(keyId);
        if (key == null) {
            throw new MalformedFrameException("Unknown API key " + keyId);
        }
        if (!ApiVersionRange.supports(key, version)) {
            // Answered (ApiVersions) or closed by whoever asked; what follows is of a layout that we do not know.
            return new RequestHeader(key, version, correlationId, start + FIXED_BYTES, -1, limit);
        }
        if (limit - start < FIXED_BYTES + 2) {
            throw new MalformedFrameException("The header ends before the client id");
        }
        int clientIdBytes = frame.getShort(start + FIXED_BYTES);
        int clientIdPosition = start + FIXED_BYTES + 2;
        if (clientIdBytes < -1 || clientIdBytes > limit - clientIdPosition) {
            throw new MalformedFrameException("A client id of " + clientIdBytes + " bytes in a header of "
                    + (limit - clientIdPosition) + " more bytes");
        }
        int position = clientIdPosition + Math.max(clientIdBytes, 0);
        if (key.requestHeaderVersion(version) >= 2) {
            position = skipTaggedFields(frame, position);
        }
        return new RequestHeader(key, version, correlationId, clientIdPosition, clientIdBytes, position);
    }

    /** The client id as text, read from the frame it was parsed from. */
    public @Nullable String clientId(ByteBuffer frame) {
        if (clientIdBytes < 0) {
            return null;
        }
        byte[] bytes = new byte[clientIdBytes];
        frame.get(clientIdPosition, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static int skipTaggedFields(ByteBuffer frame, int from) {
        long count = Varints.read(frame, from);
        int position = Varints.end(frame, from);
        if (count > MAX_TAGGED_FIELDS) {
            throw new MalformedFrameException("A header with " + count + " tagged fields");
        }
        for (int i = 0; i < count; i++) {
            position = Varints.end(frame, position);
            long size = Varints.read(frame, position);
            position = Varints.end(frame, position);
            if (size > frame.limit() - position) {
                throw new MalformedFrameException("A tagged field of " + size + " bytes in the header");
            }
            position += (int) size;
        }
        return position;
    }
}
