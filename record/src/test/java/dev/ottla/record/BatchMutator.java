package dev.ottla.record;

import dev.ottla.base.RandomSource;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/** Makes good and damaged record sets from a seed. */
final class BatchMutator {
    static final long NOW_MS = 1_790_000_000_000L;
    private static final int[] INTS = {0, 1, -1, 2, 63, 64, -64, -65, 1 << 20, Integer.MAX_VALUE, Integer.MIN_VALUE};
    private static final long[] LONGS = {
        0, 1, -1, -2, NOW_MS, NOW_MS + 3_600_001, NOW_MS - 3_600_001, Long.MAX_VALUE, Long.MIN_VALUE
    };
    private static final List<Codec> CODECS = List.of(Codec.values());
    private static final short[] VERSIONS = {3, 6, 7, 9, 13};

    /** @param exactCode whether the error code can be compared: damaged compressed bytes are met in another order */
    record Case(
            String description, ByteBuffer recordSet, ValidationRules rules, short produceVersion, boolean exactCode) {}

    private final RandomSource random;

    BatchMutator(long seed) {
        random = RandomSource.seeded(seed);
    }

    private int below(int bound) {
        return (int) Long.remainderUnsigned(random.nextLong(), bound);
    }

    private boolean oneIn(int chances) {
        return below(chances) == 0;
    }

    private int anyInt() {
        return oneIn(4) ? (int) random.nextLong() : INTS[below(INTS.length)];
    }

    private long anyLong() {
        return oneIn(4) ? random.nextLong() : LONGS[below(LONGS.length)];
    }

    private byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        int alphabet = oneIn(2) ? 4 : 256;
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) below(alphabet);
        }
        return bytes;
    }

    ValidationRules rules() {
        Codec target = oneIn(2) ? null : CODECS.get(below(CODECS.size()));
        return new ValidationRules(
                target,
                target == null ? 0 : Compression.defaultLevel(target),
                oneIn(4) ? TimestampType.LOG_APPEND_TIME : TimestampType.CREATE_TIME,
                oneIn(3) ? 3_600_000 : Long.MAX_VALUE,
                oneIn(6) ? Long.MAX_VALUE : 3_600_000,
                oneIn(20) ? 300 : 1_048_588,
                oneIn(4));
    }

    /** A well-formed batch of any codec. */
    Case good() {
        Codec codec = codec();
        RawBatch batch = batch(codec, goodRecords(count()));
        return new Case("good " + codec, ByteBuffer.wrap(batch.toBytes()), rules(), (short) 13, true);
    }

    /** A batch with one thing wrong, or by chance nothing. */
    Case damaged() {
        Codec codec = codec();
        return switch (below(8)) {
            case 0, 1 -> headerField(codec);
            case 2, 3 -> recordField(codec);
            case 4 -> recordBytes(codec);
            case 5 -> compressedBytes(codec);
            case 6 -> recordSet(codec);
            default -> anyByte(codec);
        };
    }

    private Codec codec() {
        return CODECS.get(below(CODECS.size()));
    }

    private short version() {
        return VERSIONS[below(VERSIONS.length)];
    }

    private int count() {
        return oneIn(20) ? 1 + below(2_000) : 1 + below(12);
    }

    private Records goodRecords(int count) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        long maxDeltaMs = Long.MIN_VALUE;
        for (int i = 0; i < count; i++) {
            RawBatch.RawRecord record = record(i);
            maxDeltaMs = Math.max(maxDeltaMs, record.timestampDeltaMs);
            record.writeTo(out);
        }
        return new Records(count, out.toByteArray(), maxDeltaMs);
    }

    private static final class Records {
        final int count;
        final byte[] bytes;
        final long maxDeltaMs;

        Records(int count, byte[] bytes, long maxDeltaMs) {
            this.count = count;
            this.bytes = bytes;
            this.maxDeltaMs = maxDeltaMs;
        }
    }

    private RawBatch.RawRecord record(int index) {
        RawBatch.RawRecord record = new RawBatch.RawRecord();
        record.offsetDelta = index;
        record.timestampDeltaMs = below(10_000) - (oneIn(3) ? 5_000L : 0L);
        if (!oneIn(8)) {
            record.key = bytes(below(20));
            record.keySize = record.key.length;
        }
        record.value = bytes(oneIn(30) ? below(40_000) : below(100));
        record.valueSize = record.value.length;
        if (oneIn(3)) {
            record.headerCount = 1 + below(3);
            record.headers = headers(record.headerCount);
        }
        return record;
    }

    private byte[] headers(int count) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < count; i++) {
            ByteBuffer header = ByteBuffer.allocate(64);
            Varints.put(header, 4);
            header.put(new byte[] {'n', 'a', 'm', 'e'});
            boolean isNull = oneIn(4);
            Varints.put(header, isNull ? -1 : 8);
            header.put(isNull ? new byte[0] : bytes(8));
            out.write(header.array(), 0, header.position());
        }
        return out.toByteArray();
    }

    private RawBatch batch(Codec codec, Records records) {
        RawBatch batch = new RawBatch();
        batch.attributes = (short) codec.id();
        batch.count = records.count;
        batch.lastOffsetDelta = records.count - 1;
        batch.baseTimestampMs = NOW_MS;
        batch.maxTimestampMs = oneIn(4) ? -1 : NOW_MS + records.maxDeltaMs;
        if (oneIn(4)) {
            batch.producerId = below(1000);
            batch.producerEpoch = (short) below(10);
            batch.baseSequence = below(1000);
            batch.attributes |= (short) (oneIn(3) ? 0x10 : 0);
        }
        batch.payload = compress(codec, records.bytes);
        return batch;
    }

    private byte[] compress(Codec codec, byte[] records) {
        if (codec == Codec.SNAPPY && oneIn(3)) {
            return rawSnappy(records);
        }
        try (Compression compression = new Compression()) {
            ByteBuffer compressed =
                    compression.compress(codec, Compression.defaultLevel(codec), ByteBuffer.wrap(records));
            byte[] bytes = new byte[compressed.remaining()];
            compressed.get(bytes);
            return bytes;
        }
    }

    private static byte[] rawSnappy(byte[] records) {
        try {
            return org.xerial.snappy.Snappy.compress(records);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private Case headerField(Codec codec) {
        RawBatch batch = batch(codec, goodRecords(count()));
        int field = below(16);
        switch (field) {
            case 0 -> batch.baseOffset = anyLong();
            case 1 -> batch.lengthChange = anyInt();
            case 2 -> batch.leaderEpoch = anyInt();
            case 3 -> batch.magic = (byte) anyInt();
            case 4 -> batch.crcChange = anyInt();
            case 5 -> batch.attributes = (short) anyInt();
            case 6 -> batch.lastOffsetDelta = anyInt();
            case 7 -> batch.baseTimestampMs = anyLong();
            case 8 -> batch.maxTimestampMs = anyLong();
            case 9 -> batch.producerId = anyLong();
            case 10 -> batch.producerEpoch = (short) anyInt();
            case 11 -> batch.baseSequence = anyInt();
            case 12 -> batch.count = oneIn(2) ? batch.count + below(3) - 1 : anyInt();
            case 13 -> batch.attributes ^= (short) (1 << below(16));
            default -> batch.attributes ^= (short) (0x08 << below(4));
        }
        if (oneIn(3)) {
            batch.lastOffsetDelta = batch.count - 1;
        }
        return new Case(
                "header field " + field + " " + codec, ByteBuffer.wrap(batch.toBytes()), rules(), version(), true);
    }

    private Case recordField(Codec codec) {
        int count = 1 + below(6);
        int damaged = below(count);
        int field = below(9);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < count; i++) {
            RawBatch.RawRecord record = record(i);
            if (i == damaged) {
                damage(record, field);
            }
            record.writeTo(out);
        }
        RawBatch batch = batch(codec, new Records(count, out.toByteArray(), 0));
        return new Case(
                "record field " + field + " " + codec, ByteBuffer.wrap(batch.toBytes()), rules(), version(), true);
    }

    private void damage(RawBatch.RawRecord record, int field) {
        switch (field) {
            case 0 -> record.lengthChange = oneIn(2) ? below(5) - 2 : anyInt();
            case 1 -> record.timestampDeltaMs = anyLong();
            case 2 -> record.offsetDelta = anyInt();
            case 3 -> record.keySize = oneIn(2) ? record.keySize + below(5) - 2 : anyInt();
            case 4 -> record.valueSize = oneIn(2) ? record.valueSize + below(5) - 2 : anyInt();
            case 5 -> record.headerCount = oneIn(2) ? record.headerCount + below(5) - 2 : anyInt();
            case 6 -> record.headers = bytes(below(12));
            case 7 -> {
                record.headerCount = 1;
                record.headers = headerWithSizes(anyInt(), anyInt());
            }
            default -> record.timestampDeltaMs = anyLong() - NOW_MS;
        }
    }

    private byte[] headerWithSizes(int nameSize, int valueSize) {
        ByteBuffer header = ByteBuffer.allocate(32);
        Varints.put(header, nameSize);
        if (nameSize > 0 && nameSize < 5) {
            header.put(new byte[nameSize]);
        }
        Varints.put(header, valueSize);
        return Arrays.copyOf(header.array(), header.position());
    }

    private Case recordBytes(Codec codec) {
        Records good = goodRecords(1 + below(6));
        RawBatch batch = batch(codec, new Records(good.count, scramble(good.bytes), good.maxDeltaMs));
        return new Case("record bytes " + codec, ByteBuffer.wrap(batch.toBytes()), rules(), version(), true);
    }

    private byte[] scramble(byte[] original) {
        byte[] bytes = original.clone();
        int at = below(bytes.length);
        return switch (below(5)) {
            case 0 -> Arrays.copyOf(bytes, at);
            case 1 -> Arrays.copyOf(bytes, bytes.length + 1 + below(8));
            case 2 -> {
                bytes[at] ^= (byte) (1 << below(8));
                yield bytes;
            }
            case 3 -> {
                Arrays.fill(bytes, at, Math.min(bytes.length, at + 1 + below(12)), (byte) 0xFF);
                yield bytes;
            }
            default -> {
                for (int i = 0; i < 3; i++) {
                    bytes[below(bytes.length)] = (byte) random.nextLong();
                }
                yield bytes;
            }
        };
    }

    private Case compressedBytes(Codec codec) {
        RawBatch batch = batch(codec, goodRecords(count()));
        batch.payload = scramble(batch.payload);
        return new Case(
                "compressed bytes " + codec, ByteBuffer.wrap(batch.toBytes()), rules(), version(), codec == Codec.NONE);
    }

    private Case recordSet(Codec codec) {
        byte[] batch = batch(codec, goodRecords(1 + below(3))).toBytes();
        int kind = below(5);
        byte[] set = switch (kind) {
            case 0 -> Arrays.copyOf(batch, below(batch.length));
            case 1 -> concat(batch, bytes(below(30)));
            case 2 -> concat(batch, Arrays.copyOf(batch, below(batch.length)));
            case 3 -> concat(batch, batch);
            default -> tiny(14 + below(50));
        };
        return new Case("record set " + kind + " " + codec, ByteBuffer.wrap(set), rules(), version(), true);
    }

    /** A batch whose length field is too small for its header, but true. */
    private byte[] tiny(int length) {
        byte[] batch = Arrays.copyOf(new RawBatch().toBytes(), BatchHeader.LOG_OVERHEAD_BYTES + length);
        ByteBuffer.wrap(batch).putInt(BatchHeader.LENGTH_AT, length);
        return batch;
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    private Case anyByte(Codec codec) {
        byte[] batch = batch(codec, goodRecords(count())).toBytes();
        List<Integer> places = List.of(below(batch.length), below(Math.min(batch.length, 61)));
        places.forEach(at -> batch[at] = (byte) random.nextLong());
        return new Case("any byte " + places + " " + codec, ByteBuffer.wrap(batch), rules(), version(), true);
    }
}
