package dev.ottla.log.inspect;

import dev.ottla.record.BatchHeader;
import dev.ottla.record.Codec;
import java.nio.ByteBuffer;

/** A batch's header and where in its file it stands; fields as in {@link BatchHeader}. */
public record BatchInfo(
        long position,
        int sizeBytes,
        long baseOffset,
        int leaderEpoch,
        int crc,
        short attributes,
        int lastOffsetDelta,
        long baseTimestampMs,
        long maxTimestampMs,
        long producerId,
        short producerEpoch,
        int baseSequence,
        int count) {
    static BatchInfo of(ByteBuffer buffer, int at, long position) {
        return new BatchInfo(
                position,
                BatchHeader.sizeBytes(buffer, at),
                BatchHeader.baseOffset(buffer, at),
                BatchHeader.leaderEpoch(buffer, at),
                BatchHeader.crc(buffer, at),
                BatchHeader.attributes(buffer, at),
                BatchHeader.lastOffsetDelta(buffer, at),
                BatchHeader.baseTimestampMs(buffer, at),
                BatchHeader.maxTimestampMs(buffer, at),
                BatchHeader.producerId(buffer, at),
                BatchHeader.producerEpoch(buffer, at),
                BatchHeader.baseSequence(buffer, at),
                BatchHeader.count(buffer, at));
    }

    public long endPosition() {
        return position + sizeBytes;
    }

    public long lastOffset() {
        return baseOffset + lastOffsetDelta;
    }

    /** As compression.type spells it, or its number when it means nothing. */
    public String codec() {
        Codec codec = Codec.byId(attributes & 0x07);
        return codec == null ? Integer.toString(attributes & 0x07) : codec.configName();
    }

    public boolean isLogAppendTime() {
        return (attributes & 0x08) != 0;
    }

    public boolean isTransactional() {
        return (attributes & 0x10) != 0;
    }

    public boolean isControl() {
        return (attributes & 0x20) != 0;
    }

    public boolean hasDeleteHorizon() {
        return (attributes & 0x40) != 0;
    }
}
