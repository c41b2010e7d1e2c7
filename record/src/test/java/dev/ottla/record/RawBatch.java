package dev.ottla.record;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** A batch whose every field a test may set to nonsense; the checksum is right unless asked otherwise. */
final class RawBatch {
    long baseOffset;
    int lengthChange;
    int leaderEpoch = -1;
    byte magic = 2;
    int crcChange;
    short attributes;
    int lastOffsetDelta;
    long baseTimestampMs;
    long maxTimestampMs;
    long producerId = -1;
    short producerEpoch = -1;
    int baseSequence = -1;
    int count;
    byte[] payload = new byte[0];

    byte[] toBytes() {
        ByteBuffer batch = ByteBuffer.allocate(BatchHeader.SIZE_BYTES + payload.length);
        batch.putLong(baseOffset)
                .putInt(batch.capacity() - BatchHeader.LOG_OVERHEAD_BYTES)
                .putInt(leaderEpoch)
                .put(magic)
                .putInt(0)
                .putShort(attributes)
                .putInt(lastOffsetDelta)
                .putLong(baseTimestampMs)
                .putLong(maxTimestampMs)
                .putLong(producerId)
                .putShort(producerEpoch)
                .putInt(baseSequence)
                .putInt(count)
                .put(payload);
        batch.putInt(BatchHeader.CRC_AT, BatchHeader.computeCrc(batch, 0, new CRC32C()) + crcChange);
        batch.putInt(BatchHeader.LENGTH_AT, batch.getInt(BatchHeader.LENGTH_AT) + lengthChange);
        return batch.array();
    }

    /** One record of hand-set fields; sizes may lie. */
    static final class RawRecord {
        int lengthChange;
        long timestampDeltaMs;
        int offsetDelta;
        int keySize = -1;
        byte[] key = new byte[0];
        int valueSize;
        byte[] value = new byte[0];
        int headerCount;
        byte[] headers = new byte[0];

        void writeTo(ByteArrayOutputStream out) {
            ByteBuffer body = ByteBuffer.allocate(64 + key.length + value.length + headers.length);
            body.put((byte) 0);
            Varints.put(body, timestampDeltaMs);
            Varints.put(body, offsetDelta);
            Varints.put(body, keySize);
            body.put(key);
            Varints.put(body, valueSize);
            body.put(value);
            Varints.put(body, headerCount);
            body.put(headers);
            ByteBuffer length = ByteBuffer.allocate(Varints.MAX_INT_BYTES);
            Varints.put(length, body.position() + lengthChange);
            out.write(length.array(), 0, length.position());
            out.write(body.array(), 0, body.position());
        }
    }
}
