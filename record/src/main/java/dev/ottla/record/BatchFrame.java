package dev.ottla.record;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The checks of a partition's record set before its records are looked at: that it holds exactly one whole batch v2 (Apache Kafka's
 * ProduceRequest.validateRecords), then the batch's header and checksum (UnifiedLog.analyzeAndValidateRecords, LogValidator).
 */
final class BatchFrame {
    /** Bytes up to and with the magic. */
    private static final int HEADER_UP_TO_MAGIC_BYTES = BatchHeader.MAGIC_AT + 1;
    /** Least that a length field may say: the overhead of a message of the oldest format. */
    private static final int MIN_LENGTH_BYTES = 14;
    /** From this version of Produce on, zstd is allowed (KIP-110). */
    private static final short FIRST_VERSION_WITH_ZSTD = 7;

    private static final int NO_BATCH = -1;

    private BatchFrame() {}

    /**
     * Finds the one batch at the buffer's position.
     *
     * @return its size in bytes; less than the buffer has when a cut-off piece of another follows, which is dropped
     */
    static int sizeOfOnly(ByteBuffer records, short produceVersion) {
        int at = records.position();
        int size = sizeOfNext(records, at);
        if (size == NO_BATCH) {
            throw Refusals.invalid("Produce requests must have at least one record batch per partition");
        }
        if (BatchHeader.magic(records, at) != BatchHeader.MAGIC_V2) {
            throw Refusals.invalid("Record batches must have magic 2, not " + BatchHeader.magic(records, at));
        }
        if (produceVersion < FIRST_VERSION_WITH_ZSTD && codec(records, at) == Codec.ZSTD) {
            throw new OttlaException(
                    ErrorCode.UNSUPPORTED_COMPRESSION_TYPE,
                    "Produce requests with version " + produceVersion
                            + " are not allowed to use ZStandard compression");
        }
        if (sizeOfNext(records, at + size) != NO_BATCH) {
            throw Refusals.invalid("Produce requests must have exactly one record batch per partition");
        }
        return size;
    }

    private static int sizeOfNext(ByteBuffer records, int at) {
        int left = records.limit() - at;
        if (left < BatchHeader.LOG_OVERHEAD_BYTES) {
            return NO_BATCH;
        }
        int length = records.getInt(at + BatchHeader.LENGTH_AT);
        if (length < MIN_LENGTH_BYTES) {
            throw Refusals.corrupt("A record batch cannot have a length of " + length);
        }
        if (left < HEADER_UP_TO_MAGIC_BYTES) {
            return NO_BATCH;
        }
        byte magic = BatchHeader.magic(records, at);
        if (magic < 0 || magic > BatchHeader.MAGIC_V2) {
            throw Refusals.corrupt("No record batch has magic " + magic);
        }
        boolean cutOff = left - BatchHeader.LOG_OVERHEAD_BYTES < length;
        return cutOff ? NO_BATCH : BatchHeader.LOG_OVERHEAD_BYTES + length;
    }

    /** Size, base offset, checksum and codec, in Apache Kafka's order. */
    static Codec checkBatch(ByteBuffer records, int at, int size, ValidationRules rules, CRC32C crc) {
        long baseOffset = BatchHeader.baseOffset(records, at);
        if (baseOffset != 0) {
            throw Refusals.invalid("The base offset of a produced batch should be 0, but it is " + baseOffset);
        }
        if (size < BatchHeader.BASE_TIMESTAMP_AT) {
            throw Refusals.undecodable("A batch of " + size + " bytes has no last offset");
        }
        if (size > rules.maxMessageBytes()) {
            throw Refusals.tooLarge(
                    "The record batch has " + size + " bytes, more than the maximum of " + rules.maxMessageBytes());
        }
        if (size < BatchHeader.SIZE_BYTES || BatchHeader.crc(records, at) != BatchHeader.computeCrc(records, at, crc)) {
            throw Refusals.corrupt("The record batch does not match its checksum");
        }
        return codec(records, at);
    }

    private static Codec codec(ByteBuffer records, int at) {
        int codecId = BatchHeader.codecId(records, at);
        Codec codec = Codec.byId(codecId);
        if (codec == null) {
            throw Refusals.undecodable("Unknown compression type id: " + codecId);
        }
        return codec;
    }

    /** Counts, control flag and producer fields. */
    static void checkHeader(ByteBuffer records, int at) {
        long lastOffset = BatchHeader.lastOffset(records, at);
        int count = BatchHeader.count(records, at);
        if (lastOffset + 1 <= 0) {
            throw Refusals.invalid("The batch has an invalid offset range: [0, " + lastOffset + "]");
        }
        if (count <= 0) {
            throw Refusals.invalid("The batch says that it has " + count + " records");
        }
        if (lastOffset + 1 != count) {
            throw Refusals.invalid("The batch's offsets [0, " + lastOffset + "] do not fit its count of " + count);
        }
        if (BatchHeader.isControl(records, at)) {
            throw Refusals.invalid("Clients are not allowed to write control records");
        }
        long producerId = BatchHeader.producerId(records, at);
        int sequence = BatchHeader.baseSequence(records, at);
        if (producerId > -1 && sequence < 0) {
            throw Refusals.invalid("Invalid sequence number " + sequence + " with producer id " + producerId);
        }
    }
}
