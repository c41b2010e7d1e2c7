package dev.ottla.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.TopicId;
import dev.ottla.base.TopicPartition;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;

/** Holds our validator's answer against Apache Kafka's. */
final class Differential implements AutoCloseable {
    private static final TopicPartition PARTITION = new TopicPartition(TopicId.ZERO, "orders", 3);

    private final BatchValidator validator = new BatchValidator();

    /** Whether both accepted; an AssertionError when they differ. */
    boolean compare(BatchMutator.Case test, String seed) {
        Answers answers = ask(test, test.rules());
        if (answers.tooLargeForOne()) {
            ValidationRules roomier = withRoomForAnotherCompressor(test.rules());
            return compare(test, roomier, ask(test, roomier), seed);
        }
        return compare(test, test.rules(), answers, seed);
    }

    private record Answers(ByteBuffer sent, ValidationOutcome ours, KafkaOracle.Verdict theirs) {
        /** Compressed anew, the same records take some bytes more or less with another compressor. */
        boolean tooLargeForOne() {
            boolean ourRefusal =
                    ours instanceof ValidationOutcome.Refused refused && refused.code() == ErrorCode.MESSAGE_TOO_LARGE;
            return ourRefusal != (theirs.code() == ErrorCode.MESSAGE_TOO_LARGE.wireCode());
        }
    }

    private Answers ask(BatchMutator.Case test, ValidationRules rules) {
        KafkaOracle.Verdict theirs = KafkaOracle.judge(
                PARTITION, test.produceVersion(), test.recordSet().array(), rules, BatchMutator.NOW_MS);
        ByteBuffer sent = directCopy(test.recordSet().array());
        ValidationOutcome ours = validator.validate(PARTITION, test.produceVersion(), sent, rules, BatchMutator.NOW_MS);
        return new Answers(sent, ours, theirs);
    }

    private static ValidationRules withRoomForAnotherCompressor(ValidationRules rules) {
        int limit = rules.maxMessageBytes();
        return new ValidationRules(
                rules.targetCodec(),
                rules.targetLevel(),
                rules.timestampType(),
                rules.beforeMaxMs(),
                rules.afterMaxMs(),
                limit + limit / 50 + 64,
                rules.compacted());
    }

    private static boolean compare(BatchMutator.Case test, ValidationRules rules, Answers answers, String seed) {
        String what = test.description() + " version " + test.produceVersion() + " " + rules + " seed " + seed;
        switch (answers.ours()) {
            case ValidationOutcome.Refused refused ->
                compareRefusal(what, test, answers.sent(), refused, answers.theirs());
            case ValidationOutcome.Accepted accepted -> compareAccepted(what, accepted, answers.theirs());
        }
        return answers.theirs().accepted();
    }

    static ByteBuffer directCopy(byte[] bytes) {
        // An odd position shows mistakes of those who count from zero
        ByteBuffer buffer = ByteBuffer.allocateDirect(bytes.length + 7).position(7);
        return buffer.put(bytes).position(7);
    }

    private static void compareRefusal(
            String what,
            BatchMutator.Case test,
            ByteBuffer buffer,
            ValidationOutcome.Refused ours,
            KafkaOracle.Verdict theirs) {
        if (theirs.accepted()) {
            throw new AssertionError(what + ": Apache Kafka accepts, we refuse: " + ours);
        }
        if (theirs.cause() instanceof OutOfMemoryError || theirs.code() == ErrorCode.UNKNOWN_SERVER_ERROR.wireCode()) {
            // Apache Kafka allocates what a record's length says before it looks at what is there, or trips; we say
            // whose fault it is
            assertThat(ours.code()).as("%s: code", what).isEqualTo(ErrorCode.INVALID_RECORD);
        } else if (!test.exactCode() && theirs.code() == ErrorCode.INVALID_RECORD.wireCode()) {
            // Which of several damages is met first differs, and with it the text
            assertThat(ours.code()).as("%s: code; %s", what, ours).isEqualTo(ErrorCode.INVALID_RECORD);
        } else {
            assertThat(ours.code().wireCode())
                    .as("%s: code; ours: %s; theirs: %s", what, ours, theirs.cause())
                    .isEqualTo(theirs.code());
            assertThat(ours.recordErrors()).as("%s: record errors", what).isEqualTo(first(theirs.recordErrors()));
            assertThat(ours.message()).as("%s: message", what).isEqualTo(theirs.message());
        }
        byte[] left = new byte[buffer.remaining()];
        buffer.get(buffer.position(), left);
        assertThat(left)
                .as("%s: a refused batch stays as it was", what)
                .isEqualTo(test.recordSet().array());
    }

    /** Apache Kafka names all, we name so many. */
    private static List<RecordError> first(List<RecordError> errors) {
        return errors.stream().limit(RecordLimits.MAX_RECORD_ERRORS).toList();
    }

    private static void compareAccepted(String what, ValidationOutcome.Accepted ours, KafkaOracle.Verdict theirs) {
        if (!theirs.accepted()) {
            throw new AssertionError(what + ": Apache Kafka refuses, we accept: " + theirs, theirs.cause());
        }
        assertThat(ours.maxTimestampMs()).as("%s: max timestamp", what).isEqualTo(theirs.maxTimestampMs());
        ByteBuffer batch = ours.batch();
        BatchHeader.assign(batch, batch.position(), 0, KafkaOracle.LEADER_EPOCH);
        if (!ours.rebuilt()) {
            assertThat(batch.slice()).as("%s: appended bytes", what).isEqualTo(theirs.appended());
            return;
        }
        assertThat(describe(batch.slice())).as("%s: rebuilt batch", what).isEqualTo(describe(theirs.appended()));
    }

    /** All that a reader sees of a batch. */
    private static List<String> describe(ByteBuffer appended) {
        List<String> seen = new ArrayList<>();
        for (MutableRecordBatch batch : MemoryRecords.readableRecords(appended).batches()) {
            batch.ensureValid();
            seen.add(List.of(
                            batch.baseOffset(),
                            batch.lastOffset(),
                            batch.partitionLeaderEpoch(),
                            batch.compressionType(),
                            batch.timestampType(),
                            batch.maxTimestamp(),
                            batch.producerId(),
                            batch.producerEpoch(),
                            batch.baseSequence(),
                            batch.isTransactional(),
                            batch.countOrNull(),
                            appended.getLong(BatchHeader.BASE_TIMESTAMP_AT))
                    .toString());
            for (Record record : batch) {
                seen.add(record.offset() + " " + record.timestamp() + " " + hash(record.key()) + " "
                        + hash(record.value()) + " " + Arrays.hashCode(record.headers()));
            }
        }
        return seen;
    }

    private static String hash(ByteBuffer bytes) {
        return bytes == null ? "null" : bytes.remaining() + ":" + bytes.hashCode();
    }

    @Override
    public void close() {
        validator.close();
    }
}
