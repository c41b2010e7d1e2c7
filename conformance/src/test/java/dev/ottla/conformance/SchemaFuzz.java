package dev.ottla.conformance;

import dev.ottla.base.RandomSource;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.types.BoundField;
import org.apache.kafka.common.protocol.types.Schema;
import org.apache.kafka.common.protocol.types.TaggedFields;
import org.apache.kafka.common.protocol.types.Type;
import org.apache.kafka.common.utils.ByteUtils;

/**
 * Writes frames that follow a request's schema, so that they get past the decoder, with values that are sometimes sensible, sometimes at an
 * edge, and lengths that now and then lie.
 */
final class SchemaFuzz {
    private static final int MAX_FRAME_BYTES = 1 << 16;
    private static final int MAX_DEPTH = 6;
    private static final List<Long> NUMBERS = List.of(
            0L,
            0L,
            0L,
            1L,
            1L,
            2L,
            3L,
            -1L,
            -1L,
            -2L,
            5L,
            100L,
            127L,
            1000L,
            65_536L,
            (long) Integer.MAX_VALUE,
            (long) Integer.MIN_VALUE,
            Long.MAX_VALUE,
            Long.MIN_VALUE);
    private static final List<String> WORDS = List.of(
            "fuzz-a",
            "fuzz-a",
            "fuzz-b",
            "fuzz-c",
            "",
            "1",
            "a b",
            "..",
            "é\u0000",
            "retention.ms",
            "cleanup.policy",
            "compact",
            "1000",
            "x".repeat(250),
            "__cluster_metadata");
    private static final List<Integer> HOSTILE_LENGTHS =
            List.of(-2, -1, 0, 1, 127, 128, 32_767, 65_535, 1 << 20, 1 << 28, Integer.MAX_VALUE, Integer.MIN_VALUE);

    private final RandomSource random;
    private final int lieOneIn;

    SchemaFuzz(RandomSource random, int lieOneIn) {
        this.random = random;
        this.lieOneIn = lieOneIn;
    }

    /** Header and body of a request, without the size prefix. */
    byte[] frame(ApiKeys key, int version, int correlationId) {
        ByteBuffer out = ByteBuffer.allocate(MAX_FRAME_BYTES);
        try {
            short headerVersion = key.requestHeaderVersion((short) version);
            out.putShort(key.id)
                    .putShort((short) version)
                    .putInt(correlationId)
                    .putShort((short) 4)
                    .put(Batches.utf8("fuzz"));
            if (headerVersion >= 2) {
                tags(out);
            }
            Schema schema = key.messageType.requestSchemas()[version];
            if (schema != null) {
                write(out, schema, 0);
            }
        } catch (BufferOverflowException e) {
            out.position(out.limit());
        }
        byte[] frame = new byte[out.position()];
        out.flip().get(frame);
        return frame;
    }

    private void write(ByteBuffer out, Type type, int depth) {
        switch (type) {
            case Schema schema -> {
                if (type.isNullable()) {
                    out.put((byte) (one(5) ? -1 : 1));
                }
                for (BoundField field : schema.fields()) {
                    write(out, field.def.type, depth + 1);
                }
            }
            case TaggedFields _ -> tags(out);
            default -> {
                if (type.arrayElementType().isPresent()) {
                    array(out, type, depth);
                } else {
                    primitive(out, type.toString());
                }
            }
        }
    }

    private void array(ByteBuffer out, Type type, int depth) {
        boolean compact = type.toString().startsWith("COMPACT");
        int count = depth > MAX_DEPTH ? 0 : below(3);
        length(out, compact, 4, count);
        for (int i = 0; i < count; i++) {
            write(out, type.arrayElementType().orElseThrow(), depth + 1);
        }
    }

    private void primitive(ByteBuffer out, String type) {
        switch (type) {
            case "BOOLEAN", "INT8" -> out.put((byte) number());
            case "INT16", "UINT16" -> out.putShort((short) number());
            case "INT32", "UNSIGNED_INT32" -> out.putInt((int) number());
            case "INT64", "FLOAT64" -> out.putLong(number());
            case "UUID" -> out.putLong(below(3)).putLong(below(3));
            case "STRING", "NULLABLE_STRING" -> bytes(out, false, 2, Batches.utf8(word()));
            case "COMPACT_STRING", "COMPACT_NULLABLE_STRING" -> bytes(out, true, 0, Batches.utf8(word()));
            case "BYTES", "NULLABLE_BYTES" -> bytes(out, false, 4, noise());
            case "COMPACT_BYTES", "COMPACT_NULLABLE_BYTES" -> bytes(out, true, 0, noise());
            case "RECORDS", "NULLABLE_RECORDS" -> bytes(out, false, 4, records());
            case "COMPACT_RECORDS", "COMPACT_NULLABLE_RECORDS" -> bytes(out, true, 0, records());
            default -> throw new IllegalStateException("a type that is new: " + type);
        }
    }

    private void bytes(ByteBuffer out, boolean compact, int prefixBytes, byte[] bytes) {
        length(out, compact, prefixBytes, bytes.length);
        out.put(bytes);
    }

    private void length(ByteBuffer out, boolean compact, int prefixBytes, int length) {
        int told = one(lieOneIn) ? HOSTILE_LENGTHS.get(below(HOSTILE_LENGTHS.size())) : length;
        if (compact) {
            ByteUtils.writeUnsignedVarint(told + 1, out);
        } else if (prefixBytes == 2) {
            out.putShort((short) told);
        } else {
            out.putInt(told);
        }
    }

    private void tags(ByteBuffer out) {
        int count = one(10) ? below(4) : 0;
        ByteUtils.writeUnsignedVarint(one(lieOneIn * 2) ? below(Integer.MAX_VALUE) : count, out);
        for (int i = 0; i < count; i++) {
            ByteUtils.writeUnsignedVarint(i * 3, out);
            bytes(out, true, 0, noise());
        }
    }

    /** A good batch, one with a few bytes changed, or noise. */
    private byte[] records() {
        if (one(6)) {
            return noise();
        }
        String codec = List.of("none", "gzip", "snappy", "lz4", "zstd").get(below(5));
        var batch = one(4)
                ? Batches.idempotent(below(50), below(3), below(5), "v")
                : Batches.compressed(codec, "a", "b", "c".repeat(below(2000)));
        byte[] bytes = new byte[batch.sizeInBytes()];
        batch.buffer().duplicate().get(bytes);
        if (one(2)) {
            return bytes;
        }
        boolean mend = one(2);
        var changed = mend ? Batches.mended(batch, this::damage) : Batches.broken(batch, this::damage);
        changed.buffer().duplicate().get(bytes);
        return bytes;
    }

    private void damage(ByteBuffer batch) {
        for (int i = below(4); i >= 0; i--) {
            batch.put(below(batch.limit()), (byte) random.nextLong());
        }
    }

    private byte[] noise() {
        byte[] bytes = new byte[below(one(10) ? 500 : 12)];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) random.nextLong();
        }
        return bytes;
    }

    private long number() {
        return NUMBERS.get(below(NUMBERS.size()));
    }

    private String word() {
        return WORDS.get(below(WORDS.size()));
    }

    boolean one(int in) {
        return below(in) == 0;
    }

    int below(int bound) {
        return bound <= 0 ? 0 : (int) Long.remainderUnsigned(random.nextLong(), bound);
    }
}
