package dev.ottla.broker.data;

import dev.ottla.base.Clock;
import dev.ottla.base.ErrorCode;
import dev.ottla.broker.api.ApiHandler;
import dev.ottla.broker.api.RequestContext;
import dev.ottla.broker.coordination.TransactionGate;
import dev.ottla.broker.wire.ApiKeys;
import dev.ottla.network.Reply;
import dev.ottla.record.BatchHeader;
import dev.ottla.record.BatchValidator;
import dev.ottla.replication.Partition;
import dev.ottla.replication.Partitions;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * Produce: validates and appends each partition's batch where it lies in the frame. Runs through on the connection's loop; a request with
 * a batch that is heavy to validate does so on a worker thread, while those behind it on the connection wait, so that nothing is ever
 * appended before what was sent before it. Waiting for replicas or a force holds nobody back.
 */
final class ProduceHandler implements ApiHandler {
    private static final short NO_ACKS = 0;
    private static final long STALL_CHECK_MS = 2;

    private final Partitions partitions;
    private final ProduceAppender appender;
    private final TransactionAdmission admission;
    private final Executor workers;

    ProduceHandler(
            Partitions partitions, Leaders leaders, TransactionAdmission admission, Clock clock, Executor workers) {
        this.partitions = partitions;
        this.appender = new ProduceAppender(leaders, clock);
        this.admission = admission;
        this.workers = workers;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.PRODUCE;
    }

    @Override
    public void handle(RequestContext context) {
        LoopState loop = LoopState.current();
        ProduceWork work = loop.borrowWork();
        ProduceRequest request = work.request();
        request.read(loop.reader(), context.body(), context.version());
        work.prepare();
        resolve(work, ProduceRequest.usesTopicIds(context.version()));
        ErrorCode refusal = refusalOfAll(request, context.body());
        if (refusal != ErrorCode.NONE) {
            failAll(context, work, refusal);
        } else if (isCongested(work)) {
            stall(context, work, Math.max(request.timeoutMs(), 0));
        } else {
            admit(context, work);
        }
    }

    /** A transaction's coordinator is asked about partitions that are new to it; the requests behind this one wait meanwhile. */
    private void admit(RequestContext context, ProduceWork work) {
        TransactionGate.Question question = admission.questionFor(context, work);
        if (question == null) {
            append(context, work);
        } else {
            admission.ask(context, work, question, () -> append(context, work));
        }
    }

    private void append(RequestContext context, ProduceWork work) {
        if (isHeavy(work, context.body()) || isHeld(work)) {
            workers.execute(() -> appendElsewhere(context, work));
        } else {
            appender.appendAll(context, work, LoopState.current().validator());
            appended(context, work);
        }
    }

    /** The journal has all it can take: the request waits, and with it its connection, which is not read any further. Fetches elsewhere go on. */
    private void stall(RequestContext context, ProduceWork work, long waitLeftMs) {
        context.exchange()
                .loop()
                .schedule(
                        STALL_CHECK_MS,
                        () -> context.runOnLoop(() -> {
                            if (context.exchange().isClosed()) {
                                context.close("The producer went away");
                            } else if (!isCongested(work)) {
                                admit(context, work);
                            } else if (waitLeftMs > STALL_CHECK_MS) {
                                stall(context, work, waitLeftMs - STALL_CHECK_MS);
                            } else {
                                failAll(context, work, ErrorCode.REQUEST_TIMED_OUT);
                            }
                        }));
    }

    private static boolean isCongested(ProduceWork work) {
        for (int flat = 0; flat < work.request().partitionCount(); flat++) {
            Partition partition = work.partition(flat);
            if (partition != null && partition.isCongested()) {
                return true;
            }
        }
        return false;
    }

    private void failAll(RequestContext context, ProduceWork work, ErrorCode refusal) {
        for (int flat = 0; flat < work.request().partitionCount(); flat++) {
            work.results().failed(flat, refusal, -1, null);
        }
        finish(context, work);
    }

    private void appendElsewhere(RequestContext context, ProduceWork work) {
        try {
            awaitRelease(work);
            appender.appendAll(context, work, LoopState.current().validator());
        } catch (RuntimeException e) {
            context.runOnLoop(() -> context.fail(e));
            return;
        }
        context.runOnLoop(() -> appended(context, work));
    }

    /** On the loop, everything appended that can be: answer now or wait. */
    private void appended(RequestContext context, ProduceWork work) {
        context.exchange().effectsDone();
        short acks = work.request().acks();
        if (acks != NO_ACKS && work.awaits() && AwaitedProduce.mustWait(work)) {
            AwaitedProduces awaited =
                    LoopState.current().awaited(context.exchange().loop());
            awaited.add(new AwaitedProduce(context, work, () -> finish(context, work)));
        } else {
            finish(context, work);
        }
    }

    private void finish(RequestContext context, ProduceWork work) {
        ProduceRequest request = work.request();
        ProduceResults results = work.results();
        if (request.acks() == NO_ACKS) {
            if (results.anyError()) {
                context.close("A produce with acks=0 failed: " + firstError(results)
                        + "; the client is told by the closed connection");
            } else {
                context.noReply();
            }
        } else {
            List<NodeEndpoint> endpoints = appender.tellLeaders(context, work);
            int bound = ProduceResponseWriter.boundBytes(request, results, endpoints);
            ByteBuffer buffer = context.responseBuffer(bound);
            ProduceResponseWriter.write(buffer, context.version(), request, results, endpoints);
            context.reply(Reply.of(buffer.flip()));
        }
        LoopState.current().giveBack(work);
    }

    private static ErrorCode firstError(ProduceResults results) {
        for (int flat = 0; flat < results.count(); flat++) {
            if (results.error(flat) != ErrorCode.NONE) {
                return results.error(flat);
            }
        }
        return ErrorCode.NONE;
    }

    private void resolve(ProduceWork work, boolean byId) {
        ProduceRequest request = work.request();
        for (int topic = 0; topic < request.topicCount(); topic++) {
            for (int flat = request.firstPartition(topic); flat < request.endPartition(topic); flat++) {
                if (request.isDropped(flat)) {
                    continue;
                }
                int index = request.index(flat);
                Partition partition = byId
                        ? partitions.byId(request.topicId(topic), index)
                        : partitions.byName(request.topicName(topic), index);
                if (partition != null) {
                    work.partition(flat, partition);
                    continue;
                }
                ErrorCode why = byId
                        ? partitions.whyNot(request.topicId(topic), index)
                        : partitions.whyNot(request.topicName(topic), index);
                work.results().failed(flat, why, -1, null);
            }
        }
    }

    /** Transactional records need a transactional id; those of two producers cannot be in one request. */
    private static ErrorCode refusalOfAll(ProduceRequest request, ByteBuffer body) {
        long producerId = -1;
        for (int flat = 0; flat < request.partitionCount(); flat++) {
            int at = request.recordsAt(flat);
            if (request.recordsSizeBytes(flat) < BatchHeader.SIZE_BYTES
                    || BatchHeader.magic(body, at) != BatchHeader.MAGIC_V2
                    || !BatchHeader.isTransactional(body, at)) {
                continue;
            }
            if (request.transactionalId() == null) {
                return ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED;
            }
            long sender = BatchHeader.producerId(body, at);
            if (producerId != -1 && sender != -1 && sender != producerId) {
                return ErrorCode.INVALID_PRODUCER_ID_MAPPING;
            }
            producerId = sender;
        }
        return ErrorCode.NONE;
    }

    /** Whether a log is being replaced at this moment: rather than refuse, wait for it, on a thread that may. */
    private static boolean isHeld(ProduceWork work) {
        for (int flat = 0; flat < work.request().partitionCount(); flat++) {
            Partition partition = work.partition(flat);
            if (partition != null && partition.isHeld()) {
                return true;
            }
        }
        return false;
    }

    private static void awaitRelease(ProduceWork work) {
        for (int flat = 0; flat < work.request().partitionCount(); flat++) {
            Partition partition = work.partition(flat);
            if (partition != null) {
                partition.awaitRelease();
            }
        }
    }

    private static boolean isHeavy(ProduceWork work, ByteBuffer body) {
        ProduceRequest request = work.request();
        int position = body.position();
        int limit = body.limit();
        boolean heavy = false;
        for (int flat = 0; flat < request.partitionCount() && !heavy; flat++) {
            Partition partition = work.partition(flat);
            int size = request.recordsSizeBytes(flat);
            if (partition != null && size >= BatchHeader.SIZE_BYTES) {
                int at = request.recordsAt(flat);
                body.limit(at + size).position(at);
                heavy = BatchValidator.isHeavy(body, partition.settings().rules());
                body.limit(limit);
            }
        }
        body.limit(limit).position(position);
        return heavy;
    }
}
