package dev.ottla.record;

import dev.ottla.base.TopicPartition;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.errors.CorruptRecordException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.requests.ProduceRequest;
import org.apache.kafka.common.utils.BufferSupplier;
import org.apache.kafka.common.utils.PrimitiveRef;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.storage.internals.log.AppendOrigin;
import org.apache.kafka.storage.internals.log.LogValidator;
import org.apache.kafka.storage.internals.log.RecordValidationException;

/**
 * What Apache Kafka 4.3.1 answers: its own ProduceRequest.validateRecords and LogValidator, with the checks that its UnifiedLog does
 * in between (base offset, size, checksum, codec; the bytes after the batch are dropped).
 */
final class KafkaOracle {
    static final int LEADER_EPOCH = 5;

    /** @param appended what is appended with base offset 0; empty when refused */
    record Verdict(
            short code,
            String message,
            List<RecordError> recordErrors,
            ByteBuffer appended,
            long maxTimestampMs,
            Throwable cause) {
        boolean accepted() {
            return code == 0;
        }
    }

    private KafkaOracle() {}

    static Verdict judge(
            TopicPartition partition, short produceVersion, byte[] recordSet, ValidationRules rules, long nowMs) {
        var kafkaPartition = new org.apache.kafka.common.TopicPartition(partition.topic(), partition.partition());
        try {
            MemoryRecords records = MemoryRecords.readableRecords(ByteBuffer.wrap(recordSet.clone()));
            ProduceRequest.validateRecords(produceVersion, records);
            return append(kafkaPartition, records, rules, nowMs);
        } catch (RecordValidationException e) {
            List<RecordError> errors = e.recordErrors().stream()
                    .map(error -> new RecordError(error.batchIndex, error.message))
                    .toList();
            short code = Errors.forException(e.invalidException()).code();
            return new Verdict(code, e.invalidException().getMessage(), errors, ByteBuffer.allocate(0), -1, e);
        } catch (RuntimeException | Error e) {
            return new Verdict(Errors.forException(e).code(), null, List.of(), ByteBuffer.allocate(0), -1, e);
        }
    }

    private static Verdict append(
            org.apache.kafka.common.TopicPartition partition,
            MemoryRecords records,
            ValidationRules rules,
            long nowMs) {
        CompressionType source = CompressionType.NONE;
        int validBytes = 0;
        for (MutableRecordBatch batch : records.batches()) {
            if (batch.baseOffset() != 0) {
                throw new InvalidRecordException("base offset");
            }
            batch.lastOffset();
            if (batch.sizeInBytes() > rules.maxMessageBytes()) {
                throw new RecordTooLargeException("before");
            }
            if (!batch.isValid()) {
                throw new CorruptRecordException("crc");
            }
            validBytes += batch.sizeInBytes();
            source = batch.compressionType();
        }
        ByteBuffer trimmed = records.buffer().duplicate();
        trimmed.limit(validBytes);
        LogValidator.ValidationResult result = new LogValidator(
                        MemoryRecords.readableRecords(trimmed),
                        partition,
                        new StoppedTime(nowMs),
                        source,
                        target(source, rules),
                        rules.compacted(),
                        RecordBatch.MAGIC_VALUE_V2,
                        rules.timestampType() == TimestampType.LOG_APPEND_TIME
                                ? org.apache.kafka.common.record.TimestampType.LOG_APPEND_TIME
                                : org.apache.kafka.common.record.TimestampType.CREATE_TIME,
                        rules.beforeMaxMs(),
                        rules.afterMaxMs(),
                        LEADER_EPOCH,
                        AppendOrigin.CLIENT)
                .validateMessagesAndAssignOffsets(PrimitiveRef.ofLong(0), new NoMetrics(), BufferSupplier.NO_CACHING);
        Iterator<MutableRecordBatch> batches =
                result.validatedRecords().batches().iterator();
        if (result.messageSizeMaybeChanged() && batches.next().sizeInBytes() > rules.maxMessageBytes()) {
            throw new RecordTooLargeException("after");
        }
        ByteBuffer appended = result.validatedRecords().buffer().duplicate();
        return new Verdict((short) 0, null, List.of(), appended.slice(), result.maxTimestampMs(), null);
    }

    private static Compression target(CompressionType source, ValidationRules rules) {
        Codec codec = rules.targetCodec();
        if (codec == null) {
            return Compression.of(source).build();
        }
        return switch (codec) {
            case NONE -> Compression.NONE;
            case GZIP -> Compression.gzip().level(rules.targetLevel()).build();
            case SNAPPY -> Compression.snappy().build();
            case LZ4 -> Compression.lz4().level(rules.targetLevel()).build();
            case ZSTD -> Compression.zstd().level(rules.targetLevel()).build();
        };
    }

    private record StoppedTime(long milliseconds) implements Time {
        @Override
        public long nanoseconds() {
            return 0;
        }

        @Override
        public void sleep(long ms) {
            throw new AssertionError("Kafka's code waits, where this test has no time that passes");
        }

        @Override
        public void waitObject(Object object, Supplier<Boolean> condition, long deadlineMs) {
            throw new AssertionError("Kafka's code waits, where this test has no time that passes");
        }
    }

    private static final class NoMetrics implements LogValidator.MetricsRecorder {
        @Override
        public void recordInvalidMagic() {}

        @Override
        public void recordInvalidOffset() {}

        @Override
        public void recordInvalidSequence() {}

        @Override
        public void recordInvalidChecksums() {}

        @Override
        public void recordNoKeyCompactedTopic() {}
    }
}
