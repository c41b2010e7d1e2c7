package dev.ottla.log.producer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Kafka's ProducerSnapshot v1: version i16, crc u32 (CRC-32C of all after it), count i32, then for each entry producerId i64, epoch i16,
 * lastSequence i32, lastOffset i64, offsetDelta i32, timestamp i64, coordinatorEpoch i32, currentTxnFirstOffset i64.
 *
 * <p>Kafka keeps a producer's last batch only. A producer has an entry for each of its remembered batches here, oldest first, so that all five
 * survive a restart; Kafka takes the last entry of a producer, which is the one it would have written.
 */
public final class ProducerSnapshot {
    private static final short VERSION = 1;
    private static final int HEADER_BYTES = 6;
    private static final int ENTRY_BYTES = 46;

    private ProducerSnapshot() {}

    public static byte[] encode(Collection<ProducerEntry> producers) {
        int count = 0;
        for (ProducerEntry producer : producers) {
            count += Math.max(1, producer.count());
        }
        ByteBuffer out = ByteBuffer.allocate(HEADER_BYTES + 4 + count * ENTRY_BYTES);
        out.putShort(VERSION).putInt(0).putInt(count);
        for (ProducerEntry producer : producers) {
            if (producer.count() == 0) {
                put(out, producer, -1, -1, 0, producer.lastTimestampMs());
            }
            for (int batch = 0; batch < producer.count(); batch++) {
                long timestampMs =
                        batch == producer.count() - 1 ? producer.lastTimestampMs() : producer.timestampMs(batch);
                put(
                        out,
                        producer,
                        producer.lastSequence(batch),
                        producer.lastOffset(batch),
                        producer.offsetDelta(batch),
                        timestampMs);
            }
        }
        out.putInt(2, crc(out.array()));
        return out.array();
    }

    private static void put(
            ByteBuffer out,
            ProducerEntry producer,
            int lastSequence,
            long lastOffset,
            int offsetDelta,
            long timestampMs) {
        out.putLong(producer.producerId()).putShort(producer.epoch()).putInt(lastSequence);
        out.putLong(lastOffset).putInt(offsetDelta).putLong(timestampMs);
        out.putInt(producer.coordinatorEpoch()).putLong(producer.transactionFirstOffset());
    }

    /**
     * Reads a snapshot; entries whose record timestamps lie within the expiration before now count as seen then, the others as seen now.
     *
     * @throws IOException when it is damaged or of another version
     */
    public static List<ProducerEntry> decode(byte[] content, long nowMs, long expirationMs) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(content);
        if (content.length < HEADER_BYTES + 4) {
            throw new IOException("The producer snapshot is cut off");
        }
        short version = in.getShort();
        int crc = in.getInt();
        int count = in.getInt();
        if (version != VERSION) {
            throw new IOException("Unknown version " + version + " of the producer snapshot");
        }
        if (crc != crc(content)) {
            throw new IOException("The producer snapshot fails its CRC");
        }
        if (count < 0 || (long) count * ENTRY_BYTES != in.remaining()) {
            throw new IOException(
                    "The producer snapshot says " + count + " entries and has " + in.remaining() + " bytes");
        }
        Map<Long, ProducerEntry> producers = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            read(in, producers, nowMs, expirationMs);
        }
        return new ArrayList<>(producers.values());
    }

    private static void read(ByteBuffer in, Map<Long, ProducerEntry> producers, long nowMs, long expirationMs) {
        long producerId = in.getLong();
        short epoch = in.getShort();
        int lastSequence = in.getInt();
        long lastOffset = in.getLong();
        int offsetDelta = in.getInt();
        long timestampMs = in.getLong();
        int coordinatorEpoch = in.getInt();
        long transactionFirstOffset = in.getLong();
        boolean recent = timestampMs <= nowMs && nowMs - timestampMs < expirationMs;
        ProducerEntry entry =
                producers.computeIfAbsent(producerId, id -> new ProducerEntry(id, epoch, recent ? timestampMs : nowMs));
        entry.moveTo(epoch);
        if (lastOffset >= 0) {
            entry.addBatch(epoch, lastSequence, lastOffset, offsetDelta, timestampMs);
        }
        entry.restore(coordinatorEpoch, transactionFirstOffset, timestampMs);
        entry.seenAt(recent ? timestampMs : nowMs);
    }

    private static int crc(byte[] content) {
        CRC32C crc = new CRC32C();
        crc.update(content, HEADER_BYTES, content.length - HEADER_BYTES);
        return (int) crc.getValue();
    }
}
