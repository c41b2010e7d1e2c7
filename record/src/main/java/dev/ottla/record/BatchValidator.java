package dev.ottla.record;

import dev.ottla.base.OttlaException;
import dev.ottla.base.TopicPartition;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a produced batch may be appended, by the rules of Apache Kafka 4.3 (ProduceRequest.validateRecords, the log's
 * analysis, LogValidator) and with its error codes, messages and per-record errors. Every record is walked; compressed ones are
 * decompressed piece by piece into bounded, reused buffers. On success nothing is allocated but the outcome.
 *
 * <p>Stricter than Apache Kafka where a batch costs more than it may ({@link RecordLimits}): more than 64 MiB decompressed is
 * MESSAGE_TOO_LARGE, a snappy block or a zstd frame whose announced size cannot be true is refused before anything is allocated for
 * it, and of the records at fault only so many are named.
 *
 * <p>As lenient as Apache Kafka, too: offsets inside an uncompressed batch are not compared, nor are the lengths of records that
 * stay compressed as they are.
 *
 * <p>Holds scratch buffers and native memory: one instance for one thread.
 */
public final class BatchValidator implements AutoCloseable {
    private final Compression compression = new Compression();
    private final RecordCursor cursor = new RecordCursor();
    private final PieceReader pieces = new PieceReader();
    private final RecordFields fields = new RecordFields();
    private final RecordJudge judge = new RecordJudge();
    private final CRC32C crc = new CRC32C();

    /**
     * Whether a batch asks for so much codec work that an event loop must leave it to another thread. Looks at the header only, of
     * whatever bytes.
     */
    public static boolean isHeavy(ByteBuffer records, ValidationRules rules) {
        int size = records.remaining();
        if (size < BatchHeader.SIZE_BYTES) {
            return false;
        }
        int codecId = BatchHeader.codecId(records, records.position());
        Codec target = rules.targetCodec();
        if (target != null && target.id() != codecId) {
            return size >= RecordLimits.HEAVY_RECOMPRESSED_BYTES;
        }
        return codecId != Codec.NONE.id() && size >= RecordLimits.HEAVY_COMPRESSED_BYTES;
    }

    /** {@link #validate(TopicPartition, short, ByteBuffer, ValidationRules, long)} for a partition without a name. */
    public ValidationOutcome validate(ByteBuffer records, ValidationRules rules, long nowMs) {
        return validate(null, Short.MAX_VALUE, records, rules, nowMs);
    }

    /**
     * Validates what one partition of a Produce request (v3 and up) carries.
     *
     * @param partition what messages name; null to leave it out
     * @param produceVersion of the request: zstd needs 7 at least
     * @param records the partition's bytes between position and limit; on success its limit may be drawn back and its header
     *     changed, otherwise it is left as it was
     * @param nowMs the broker's time, also the append time under LogAppendTime
     */
    public ValidationOutcome validate(
            @Nullable TopicPartition partition,
            short produceVersion,
            ByteBuffer records,
            ValidationRules rules,
            long nowMs) {
        try {
            int at = records.position();
            int size = BatchFrame.sizeOfOnly(records, produceVersion);
            Codec codec = BatchFrame.checkBatch(records, at, size, rules, crc);
            BatchFrame.checkHeader(records, at);
            Codec target = rules.targetCodec();
            boolean logAppendTime = BatchHeader.isLogAppendTime(records, at);
            if (target != null && target != codec) {
                judge.begin(rules, partition, nowMs, logAppendTime, false);
                return rebuild(records, at, codec, target, rules, nowMs);
            }
            boolean skimmed = codec != Codec.NONE;
            judge.begin(rules, partition, nowMs, logAppendTime, skimmed);
            if (skimmed) {
                skim(records, at, size, codec);
            } else {
                walk(records, at);
            }
            return accept(records, at, size, codec, rules, nowMs);
        } catch (OttlaException e) {
            return new ValidationOutcome.Refused(e.code(), String.valueOf(e.getMessage()), null, List.of());
        }
    }

    private void walk(ByteBuffer records, int at) {
        cursor.open(records, at);
        judgeAll();
        cursor.close();
    }

    private void judgeAll() {
        while (cursor.next()) {
            judge.judge(cursor.index(), cursor.offset(), cursor.timestampMs(), cursor.keySize(), cursor.valueSize());
        }
    }

    /** Reads compressed records field by field and keeps none. */
    private void skim(ByteBuffer records, int at, int size, Codec codec) {
        Decoder decoder = compression.decoder(codec);
        try {
            decoder.open(records, at + BatchHeader.SIZE_BYTES, at + size);
            pieces.open(decoder);
            int count = BatchHeader.count(records, at);
            long baseTimestampMs = BatchHeader.baseTimestampMs(records, at);
            boolean logAppendTime = BatchHeader.isLogAppendTime(records, at);
            long maxTimestampMs = BatchHeader.maxTimestampMs(records, at);
            for (int i = 0; i < count; i++) {
                skimRecord(i, logAppendTime, logAppendTime ? maxTimestampMs : baseTimestampMs);
            }
            if (!pieces.atEnd()) {
                throw Refusals.invalid("Bytes are left after the declared number of records");
            }
        } finally {
            pieces.close();
            decoder.close();
        }
    }

    private void skimRecord(int index, boolean logAppendTime, long timeMs) {
        if (!pieces.readUsual(fields)) {
            skimUnusual(index, logAppendTime, timeMs);
            return;
        }
        long timestampMs = logAppendTime ? timeMs : timeMs + fields.timestampDeltaMs;
        judge.judge(index, fields.offsetDelta, timestampMs, fields.keySize, fields.valueSize);
    }

    private void skimUnusual(int index, boolean logAppendTime, long timeMs) {
        // Apache Kafka does not compare this length with what follows
        pieces.readVarint();
        pieces.skip(1);
        long timestampDeltaMs = pieces.readVarlong();
        int offsetDelta = pieces.readVarint();
        int keySize = pieces.readVarint();
        pieces.skip(keySize);
        int valueSize = pieces.readVarint();
        pieces.skip(valueSize);
        int headerCount = pieces.readVarint();
        if (headerCount < 0) {
            throw Refusals.invalid("A record cannot have " + headerCount + " headers");
        }
        for (int i = 0; i < headerCount; i++) {
            int nameSize = pieces.readVarint();
            if (nameSize < 0) {
                throw Refusals.invalid("A record header's name cannot have " + nameSize + " bytes");
            }
            pieces.skip(nameSize);
            pieces.skip(pieces.readVarint());
        }
        long timestampMs = logAppendTime ? timeMs : timeMs + timestampDeltaMs;
        judge.judge(index, offsetDelta, timestampMs, keySize, valueSize);
    }

    private ValidationOutcome accept(
            ByteBuffer records, int at, int size, Codec codec, ValidationRules rules, long nowMs) {
        ValidationOutcome.Refused refusal = judge.refusal();
        if (refusal != null) {
            return refusal;
        }
        if (codec != Codec.NONE && judge.sawOffsetGap()) {
            throw Refusals.undecodable("The offsets of compressed records are not 0, 1, 2 and so on");
        }
        records.limit(at + size);
        boolean appendTime = rules.timestampType() == TimestampType.LOG_APPEND_TIME;
        long maxTimestampMs = appendTime ? nowMs : judge.maxTimestampMs();
        BatchHeader.setMaxTimestamp(records, at, rules.timestampType(), maxTimestampMs, crc);
        int delta = appendTime ? 0 : judge.maxTimestampIndex();
        return new ValidationOutcome.Accepted(records, maxTimestampMs, delta, false);
    }

    private ValidationOutcome rebuild(
            ByteBuffer records, int at, Codec codec, Codec target, ValidationRules rules, long nowMs) {
        openWhole(records, at, codec);
        try {
            BatchBuilder builder = new BatchBuilder(cursor.buffer().limit())
                    .codec(target, rules.targetLevel())
                    .producer(
                            BatchHeader.producerId(records, at),
                            BatchHeader.producerEpoch(records, at),
                            BatchHeader.baseSequence(records, at));
            while (cursor.next()) {
                judge.judge(
                        cursor.index(), cursor.offset(), cursor.timestampMs(), cursor.keySize(), cursor.valueSize());
                builder.append(cursor);
            }
            ValidationOutcome.Refused refusal = judge.refusal();
            return refusal != null ? refusal : finish(builder, records, at, rules, nowMs);
        } finally {
            cursor.close();
        }
    }

    private void openWhole(ByteBuffer records, int at, Codec codec) {
        if (codec == Codec.NONE) {
            cursor.open(records, at);
        } else {
            cursor.open(records, at, compression);
        }
    }

    private ValidationOutcome finish(
            BatchBuilder builder, ByteBuffer records, int at, ValidationRules rules, long nowMs) {
        checkRebuildable(records, at);
        if (BatchHeader.isTransactional(records, at)) {
            builder.transactional();
        }
        boolean appendTime = rules.timestampType() == TimestampType.LOG_APPEND_TIME;
        if (appendTime) {
            builder.logAppendTime(nowMs);
        }
        ByteBuffer batch = builder.build();
        if (batch.remaining() > rules.maxMessageBytes()) {
            throw Refusals.tooLarge("The record batch has " + batch.remaining()
                    + " bytes compressed anew, more than the maximum of " + rules.maxMessageBytes());
        }
        long maxTimestampMs = appendTime ? nowMs : judge.maxTimestampMs();
        int delta = appendTime ? 0 : judge.maxTimestampIndex();
        return new ValidationOutcome.Accepted(batch, maxTimestampMs, delta, true);
    }

    /** What Apache Kafka takes as it is in a batch that stays, but trips over in one that is to be built anew. */
    private void checkRebuildable(ByteBuffer records, int at) {
        long producerId = BatchHeader.producerId(records, at);
        if (judge.sawNegativeTimestamp()) {
            throw Refusals.undecodable("Invalid negative timestamp");
        }
        if (BatchHeader.isTransactional(records, at) && producerId == -1) {
            throw Refusals.undecodable("Transactional records need a producer id");
        }
        if (producerId != -1 && BatchHeader.producerEpoch(records, at) == -1) {
            throw Refusals.undecodable("A producer id needs a producer epoch");
        }
        if (producerId != -1 && BatchHeader.baseSequence(records, at) < 0) {
            throw Refusals.undecodable("A producer id needs a sequence number");
        }
    }

    /** Gives native memory back; not to be used afterwards. */
    @Override
    public void close() {
        compression.close();
    }
}
