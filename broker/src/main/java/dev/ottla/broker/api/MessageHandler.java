package dev.ottla.broker.api;

import org.apache.kafka.common.protocol.ApiMessage;

/**
 * Straight-line code from a request to its response.
 *
 * @param <Q> the generated request class
 * @param <R> the generated response class
 */
@FunctionalInterface
public interface MessageHandler<Q extends ApiMessage, R extends ApiMessage> {
    /**
     * Answers; an {@link dev.ottla.base.OttlaException} becomes the API's own error response.
     *
     * @param request the frame's memory is already given back: everything needed is in {@code message}
     */
    R handle(RequestContext request, Q message);
}
