package dev.ottla.broker.data;

import dev.ottla.base.ErrorCode;
import java.util.ArrayList;
import java.util.List;

/** In which session, if any, a Fetch is served, and what it answers of what was read. */
sealed interface FetchContext {
    /** What is left to send. */
    record Answer(ErrorCode error, int sessionId, List<PartitionRead> reads) {}

    /** The session named is not there or the request is out of turn: nothing but the error is answered. */
    record Refused(ErrorCode error) implements FetchContext {}

    /** No session: everything asked is answered. */
    record Sessionless() implements FetchContext {}

    /** A session is to be made, if there is room: everything asked is answered, and remembered. */
    record Full(boolean fromFollower, boolean usesTopicIds) implements FetchContext {}

    /** The request belongs to a session: what is new is answered. */
    record Incremental(FetchSession session, int requestEpoch) implements FetchContext {}

    /** Finds the session or decides that there is none; takes the request's changes into it. */
    static FetchContext of(FetchRequest request, short version, FetchSessions sessions, long nowMs) {
        if (request.isFull()) {
            if (request.sessionId() != FetchSessions.NO_SESSION) {
                sessions.remove(request.sessionId());
            }
            return request.sessionEpoch() == FetchRequest.FINAL_EPOCH
                    ? new Sessionless()
                    : new Full(request.isFromFollower(), FetchRequest.usesTopicIds(version));
        }
        FetchSession session = sessions.get(request.sessionId());
        if (session == null) {
            return new Refused(ErrorCode.FETCH_SESSION_ID_NOT_FOUND);
        }
        ErrorCode error = session.advance(request, FetchRequest.usesTopicIds(version));
        if (error != ErrorCode.NONE) {
            return new Refused(error);
        }
        if (session.size() == 0) {
            sessions.remove(session.id());
            return new Sessionless();
        }
        return sessions.touch(session, nowMs)
                ? new Incremental(session, request.sessionEpoch())
                : new Refused(ErrorCode.FETCH_SESSION_ID_NOT_FOUND);
    }

    /** What to read for the request. */
    default List<PartitionRead> reads(FetchRequest request) {
        return switch (this) {
            case Refused refused -> List.of();
            case Incremental incremental -> incremental.session.reads();
            case Sessionless sessionless -> readsOf(request);
            case Full full -> readsOf(request);
        };
    }

    /** What to answer of what was read; closes the records of what is not. */
    default Answer answer(List<PartitionRead> reads, FetchSessions sessions, long nowMs) {
        return switch (this) {
            case Refused refused -> new Answer(refused.error, FetchSessions.NO_SESSION, reads);
            case Sessionless sessionless -> new Answer(ErrorCode.NONE, FetchSessions.NO_SESSION, reads);
            case Full full -> {
                List<FetchPartition> asked = new ArrayList<>(reads.size());
                for (PartitionRead read : reads) {
                    read.asked().told(read.highWatermark(), read.logStartOffset());
                    asked.add(read.asked());
                }
                int id = sessions.create(nowMs, full.fromFollower, full.usesTopicIds, asked);
                yield new Answer(ErrorCode.NONE, id, reads);
            }
            case Incremental incremental -> {
                if (incremental.session.keepNews(incremental.requestEpoch, reads)) {
                    yield new Answer(ErrorCode.NONE, incremental.session.id(), reads);
                }
                FetchResponseWriter.closeAll(reads);
                yield new Answer(ErrorCode.INVALID_FETCH_SESSION_EPOCH, incremental.session.id(), List.of());
            }
        };
    }

    private static List<PartitionRead> readsOf(FetchRequest request) {
        List<PartitionRead> reads = new ArrayList<>(request.partitions().size());
        for (FetchPartition asked : request.partitions().keySet()) {
            reads.add(new PartitionRead(asked));
        }
        return reads;
    }
}
