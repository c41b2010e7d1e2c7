package dev.ottla.broker.data;

import dev.ottla.base.Clock;
import dev.ottla.broker.api.ApiHandler;
import dev.ottla.broker.api.RequestContext;
import dev.ottla.broker.wire.ApiKeys;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * Fetch: reads are slices of files, sent without passing through this process. What is not there yet is waited for on the partitions'
 * high watermarks; what is not in memory is read by a worker thread first, so that the loop never waits for the disk.
 */
final class FetchHandler implements ApiHandler {
    private final FetchReader reader;
    private final FetchSessions sessions;
    private final Clock clock;
    private final Executor workers;
    private final Leaders leaders;

    FetchHandler(Leaders leaders, FetchReader reader, FetchSessions sessions, Clock clock, Executor workers) {
        this.leaders = leaders;
        this.reader = reader;
        this.sessions = sessions;
        this.clock = clock;
        this.workers = workers;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.FETCH;
    }

    @Override
    public void handle(RequestContext context) {
        FetchRequest request = FetchRequest.read(LoopState.current().reader(), context.body(), context.version());
        FetchContext within = FetchContext.of(request, context.version(), sessions, clock.wallMs());
        List<PartitionRead> reads = within.reads(request);
        new PendingFetch(this, context, request, within, reads).start();
    }

    FetchReader reader() {
        return reader;
    }

    Leaders leaders() {
        return leaders;
    }

    Executor workers() {
        return workers;
    }

    FetchContext.Answer answer(FetchContext within, List<PartitionRead> reads) {
        return within.answer(reads, sessions, clock.wallMs());
    }
}
