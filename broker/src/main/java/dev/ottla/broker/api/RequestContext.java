package dev.ottla.broker.api;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.broker.wire.ApiKeys;
import dev.ottla.broker.wire.MalformedFrameException;
import dev.ottla.broker.wire.MessageDecoder;
import dev.ottla.broker.wire.RequestHeader;
import dev.ottla.broker.wire.ResponseEncoder;
import dev.ottla.network.Exchange;
import dev.ottla.network.Reply;
import java.nio.ByteBuffer;
import org.apache.kafka.common.protocol.ApiMessage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request on its way through the broker. Its body may be read until {@link #releaseFrame} or its end; it is ended once, from any
 * thread, and what comes after the first end is ignored.
 */
public final class RequestContext {
    private static final Logger LOG = LoggerFactory.getLogger(RequestContext.class);

    private final RequestServices services;
    private final Exchange exchange;
    private final RequestHeader header;
    private final ByteBuffer body;
    private final @Nullable String clientId;
    private final long receivedNanos;
    private final int requestBytes;
    private volatile @Nullable ApiMessage message;

    RequestContext(RequestServices services, Exchange exchange, RequestHeader header, long receivedNanos) {
        this.services = services;
        this.exchange = exchange;
        this.header = header;
        this.receivedNanos = receivedNanos;
        ByteBuffer frame = exchange.frame();
        this.requestBytes = frame.remaining();
        this.clientId = ConnectionState.of(exchange.connection()).clientId(header, frame);
        this.body = frame.position(header.bodyPosition());
    }

    public ApiKeys key() {
        return header.key();
    }

    /** As the client sent it; supported by the API, but for ApiVersions, which is asked with any. */
    public short version() {
        return header.version();
    }

    /** The client's address as Kafka shows it, such as {@code /127.0.0.1}; from any thread. */
    public String clientHost() {
        return ConnectionState.of(exchange.connection()).clientHost(exchange.connection());
    }

    public int correlationId() {
        return header.correlationId();
    }

    public @Nullable String clientId() {
        return clientId;
    }

    /** The frame, positioned behind the header: the handler's to read and change in place until the frame is released. */
    public ByteBuffer body() {
        return body;
    }

    public Exchange exchange() {
        return exchange;
    }

    /** When the whole frame had arrived, on {@link dev.ottla.base.Clock#monotonicNanos}. */
    public long receivedNanos() {
        return receivedNanos;
    }

    /**
     * The body as its generated class, decoded at the first call, within bounds.
     *
     * @throws MalformedFrameException when it is not one, which closes the connection
     */
    public <T extends ApiMessage> T read(Class<T> type) {
        ApiMessage decoded = message;
        if (decoded == null) {
            decoded = MessageDecoder.decode(key(), version(), body);
            message = decoded;
        }
        return type.cast(decoded);
    }

    /** Gives the frame's memory back before the reply. */
    public void releaseFrame() {
        exchange.releaseFrame();
    }

    /** Runs code that may block on a virtual thread of its own; what it throws fails the request. */
    public void runBlocking(Runnable work) {
        services.blockingWork().run(() -> guarded(work));
    }

    /** Runs code on the connection's loop, soon; what it throws fails the request. */
    public void runOnLoop(Runnable work) {
        exchange.loop().execute(() -> guarded(work));
    }

    /** Ends the request with its response, in the request's version. */
    public void reply(ApiMessage response) {
        reply(response, version());
    }

    /** Ends the request with a response of another version than the request's: only ApiVersions does that. */
    public void reply(ApiMessage response, short responseVersion) {
        reply(Reply.of(
                ResponseEncoder.encode(key(), responseVersion, correlationId(), response, this::allocateReplyBytes)));
    }

    /** Ends the request with encoded parts; the first one starts with the response header ({@link #responseBuffer}). */
    public void reply(Reply reply) {
        services.metrics().onReply(key().id, requestBytes, reply.sizeBytes(), receivedNanos);
        exchange.reply(reply);
    }

    /** A pooled buffer with the response header written and {@code bodyBytes} left to write; flip it and put it into a {@link Reply}. Only on the loop. */
    public ByteBuffer responseBuffer(int bodyBytes) {
        ByteBuffer buffer = exchange.replyBuffer(responseHeaderBytes() + bodyBytes);
        ResponseEncoder.writeHeader(buffer, key(), version(), correlationId());
        return buffer;
    }

    /** Bytes that the response header takes, without the frame's size prefix. */
    public int responseHeaderBytes() {
        return ResponseEncoder.headerSizeBytes(key(), version());
    }

    /** Ends the request with nothing to send: a produce with acks=0. */
    public void noReply() {
        services.metrics().onReply(key().id, requestBytes, 0, receivedNanos);
        exchange.noReply();
    }

    /** Ends the request and its connection, with one log line. */
    public void close(String reason) {
        services.metrics().onClose(key().id, requestBytes, receivedNanos);
        exchange.close(reason);
    }

    /** Ends the request with the API's error response and the code's own text. */
    public void fail(ErrorCode code) {
        fail(code, null);
    }

    /**
     * Ends the request with the API's error response; closes the connection where the protocol has none. Needs the frame, or a {@link #read}
     * before it was released.
     */
    public void fail(ErrorCode code, @Nullable String detail) {
        ApiMessage request = message;
        if (request == null) {
            request = MessageDecoder.decode(key(), version(), body);
        }
        if (services.errorResponses().areLoaded() || !exchange.loop().isCurrentThread()) {
            fail(request, code, detail);
            return;
        }
        ApiMessage kept = request;
        services.blockingWork().run(() -> {
            try {
                fail(kept, code, detail);
            } catch (RuntimeException trouble) {
                LOG.error("{} v{} could not be answered", key().name, version(), trouble);
                close("A request that could not be answered");
            }
        });
    }

    private void fail(ApiMessage request, ErrorCode code, @Nullable String detail) {
        ApiMessage response = services.errorResponses().of(version(), request, code, detail);
        if (response == null) {
            close("No response can say " + code + (detail == null ? "" : ": " + detail));
            return;
        }
        services.metrics().onError(key().id);
        reply(response);
    }

    /**
     * Ends the request as the exception asks: a refusal with its code, bytes that are no request with a closed connection, a fault of ours
     * with one log line and UNKNOWN_SERVER_ERROR; on Produce with REQUEST_TIMED_OUT, since the Java producer may duplicate on the former
     * (KAFKA-14034).
     */
    public void fail(Throwable cause) {
        switch (cause) {
            case OttlaException refusal -> fail(refusal.code(), refusal.getMessage());
            case MalformedFrameException malformed -> close(String.valueOf(malformed.getMessage()));
            default -> {
                LOG.error(
                        "{} v{} from {} failed",
                        key().name,
                        version(),
                        exchange.connection().remoteAddress(),
                        cause);
                fail(key() == ApiKeys.PRODUCE ? ErrorCode.REQUEST_TIMED_OUT : ErrorCode.UNKNOWN_SERVER_ERROR, null);
            }
        }
    }

    /** Runs code whose exceptions fail this request. */
    void guarded(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            try {
                fail(e);
            } catch (RuntimeException second) {
                e.addSuppressed(second);
                LOG.error("{} v{} could not be answered", key().name, version(), e);
                close("A request that could not be answered");
            }
        }
    }

    private ByteBuffer allocateReplyBytes(int sizeBytes) {
        return exchange.loop().isCurrentThread() ? exchange.replyBuffer(sizeBytes) : ByteBuffer.allocate(sizeBytes);
    }
}
