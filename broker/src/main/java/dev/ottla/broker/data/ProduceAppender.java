package dev.ottla.broker.data;

import dev.ottla.base.Clock;
import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.broker.api.RequestContext;
import dev.ottla.broker.data.ProduceResults.RecordFault;
import dev.ottla.broker.data.ProduceResults.Refusal;
import dev.ottla.log.AppendResult;
import dev.ottla.log.producer.Terms;
import dev.ottla.metadata.PartitionImage;
import dev.ottla.metadata.TopicImage;
import dev.ottla.record.BatchHeader;
import dev.ottla.record.BatchValidator;
import dev.ottla.record.ValidationOutcome;
import dev.ottla.replication.Partition;
import java.nio.ByteBuffer;
import java.util.List;

/** The append of one Produce request, partition by partition, with Apache Kafka's error for each. */
final class ProduceAppender {
    private static final short ALL_IN_SYNC = -1;
    private static final short LEADER_ONLY = 1;
    private static final short NO_ACKS = 0;
    private static final short FIRST_LEADER_VERSION = 10;
    /** Apache Kafka's admin client may write to internal topics under this client id. */
    private static final String ADMIN_CLIENT_ID = "__admin_client";

    private final Leaders leaders;
    private final Clock clock;

    ProduceAppender(Leaders leaders, Clock clock) {
        this.leaders = leaders;
        this.clock = clock;
    }

    /** Appends what can be; every partition has its result then. */
    void appendAll(RequestContext context, ProduceWork work, BatchValidator validator) {
        ProduceRequest request = work.request();
        ByteBuffer body = context.body();
        int position = body.position();
        int limit = body.limit();
        long nowMs = clock.wallMs();
        try {
            for (int flat = 0; flat < request.partitionCount(); flat++) {
                Partition partition = work.partition(flat);
                if (partition != null) {
                    int at = request.recordsAt(flat);
                    int size = Math.max(request.recordsSizeBytes(flat), 0);
                    body.limit(at + size).position(at);
                    append(context, work, flat, partition, validator, nowMs);
                    body.limit(limit);
                }
            }
        } finally {
            body.limit(limit).position(position);
        }
    }

    private void append(
            RequestContext context,
            ProduceWork work,
            int flat,
            Partition partition,
            BatchValidator validator,
            long nowMs) {
        ProduceResults results = work.results();
        try {
            ErrorCode refusal = refusal(context, work.request(), partition);
            if (refusal != ErrorCode.NONE) {
                long logStart = refusal == ErrorCode.NOT_ENOUGH_REPLICAS ? partition.startOffset() : -1;
                results.failed(flat, refusal, logStart, null);
                return;
            }
            ValidationOutcome outcome = validator.validate(
                    partition.id(),
                    context.version(),
                    context.body(),
                    partition.settings().rules(),
                    nowMs);
            switch (outcome) {
                case ValidationOutcome.Refused refused -> refused(results, flat, partition, context.body(), refused);
                case ValidationOutcome.Accepted accepted ->
                    accepted(context.version(), work, flat, partition, accepted, nowMs);
            }
        } catch (OttlaException e) {
            results.failed(flat, e.code(), -1, null);
        }
    }

    private static ErrorCode refusal(RequestContext context, ProduceRequest request, Partition partition) {
        short acks = request.acks();
        if (acks != ALL_IN_SYNC && acks != LEADER_ONLY && acks != NO_ACKS) {
            return ErrorCode.INVALID_REQUIRED_ACKS;
        }
        if (TopicImage.isInternal(partition.id().topic()) && !ADMIN_CLIENT_ID.equals(context.clientId())) {
            return ErrorCode.INVALID_TOPIC_EXCEPTION;
        }
        return partition.checkAppend(acks == ALL_IN_SYNC);
    }

    private static void refused(
            ProduceResults results,
            int flat,
            Partition partition,
            ByteBuffer records,
            ValidationOutcome.Refused refused) {
        boolean atTheDoor = refused.code() == ErrorCode.CORRUPT_MESSAGE
                || refused.code() == ErrorCode.MESSAGE_TOO_LARGE
                || refused.code() == ErrorCode.UNSUPPORTED_COMPRESSION_TYPE
                || !isOneBatch(records);
        List<RecordFault> faults = refused.recordErrors().stream()
                .map(error -> new RecordFault(error.batchIndex(), error.message()))
                .toList();
        Refusal said =
                refused.message() == null && faults.isEmpty() ? null : new Refusal(refused.message(), faults, -1, -1);
        results.failed(flat, safe(refused.code()), atTheDoor ? -1 : partition.startOffset(), said);
    }

    /** What Apache Kafka looks at before it asks the log: its answers tell of no log start then. */
    private static boolean isOneBatch(ByteBuffer records) {
        int at = records.position();
        int left = records.remaining();
        if (left < BatchHeader.SIZE_BYTES || BatchHeader.magic(records, at) != BatchHeader.MAGIC_V2) {
            return false;
        }
        int size = BatchHeader.sizeBytes(records, at);
        if (size < 0 || size > left) {
            return false;
        }
        int behind = left - size;
        return behind < BatchHeader.MAGIC_AT + 1 || behind < BatchHeader.sizeBytes(records, at + size);
    }

    /** Apache Kafka answers UNKNOWN_SERVER_ERROR to records that it trips over; on Produce that makes the Java producer repeat them (KAFKA-14034). */
    private static ErrorCode safe(ErrorCode code) {
        return code == ErrorCode.UNKNOWN_SERVER_ERROR ? ErrorCode.INVALID_RECORD : code;
    }

    private static void accepted(
            short version,
            ProduceWork work,
            int flat,
            Partition partition,
            ValidationOutcome.Accepted accepted,
            long nowMs) {
        ByteBuffer batch = accepted.batch();
        Terms terms = BatchHeader.isTransactional(batch, batch.position())
                ? Terms.askedAt(work.askedAt(flat), TransactionAdmission.transactionVersion(version))
                : Terms.NONE;
        AppendResult result =
                partition.append(batch, accepted.maxTimestampMs(), accepted.maxTimestampOffsetDelta(), nowMs, terms);
        if (!result.succeeded()) {
            work.results().failed(flat, result.error(), result.logStartOffset(), null);
            return;
        }
        work.results().appended(flat, result.baseOffset(), result.appendTimeMs(), result.logStartOffset());
        if (work.request().acks() == ALL_IN_SYNC || result.needsFlush() || partition.isJournaled()) {
            work.await(flat, result.lastOffset() + 1);
        }
        if (result.needsFlush()) {
            work.awaitForce();
        }
    }

    /** Names the leader beside NOT_LEADER_OR_FOLLOWER (KIP-951, v10 and up); where the leaders are. */
    List<NodeEndpoint> tellLeaders(RequestContext context, ProduceWork work) {
        ProduceResults results = work.results();
        if (context.version() < FIRST_LEADER_VERSION || !results.anyError()) {
            return List.of();
        }
        ProduceRequest request = work.request();
        Leaders.Told told = leaders.telling(context.exchange().connection());
        for (int topic = 0; topic < request.topicCount(); topic++) {
            for (int flat = request.firstPartition(topic); flat < request.endPartition(topic); flat++) {
                if (results.error(flat) == ErrorCode.NOT_LEADER_OR_FOLLOWER) {
                    PartitionImage led =
                            told.leaderOf(request.topicName(topic), request.topicId(topic), request.index(flat));
                    if (led != null) {
                        results.failed(
                                flat,
                                ErrorCode.NOT_LEADER_OR_FOLLOWER,
                                results.logStartOffset(flat),
                                Refusal.movedTo(led.leader(), led.leaderEpoch()));
                    }
                }
            }
        }
        return told.endpoints();
    }
}
