package dev.ottla.conformance;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.EndTransactionMarker;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;

/** What a broker refuses of a record batch, and how it says so (corners 9, 25, 28, 29). */
final class ValidationScenarios {
    private static final long HOUR_MS = 3_600_000;

    private ValidationScenarios() {}

    static List<Scenario> all() {
        return List.of(
                new Scenario("validate-bytes", ValidationScenarios::bytes),
                new Scenario("validate-header", ValidationScenarios::header),
                new Scenario("validate-records", ValidationScenarios::records),
                new Scenario("validate-compressed", ValidationScenarios::compressedRecords),
                new Scenario("validate-time", ValidationScenarios::timestamps),
                new Scenario("validate-max-time", ValidationScenarios::maxTimestamp),
                new Scenario("validate-size", ValidationScenarios::size),
                new Scenario("validate-keys", ValidationScenarios::compactedKeys),
                new Scenario("validate-control", ValidationScenarios::controlBatch));
    }

    private static void bytes(Session s) {
        String topic = s.createTopic("t");
        MemoryRecords good = Batches.of("a", "b", "c");
        int size = good.sizeInBytes();
        produce(s, topic, "no bytes", MemoryRecords.EMPTY);
        produce(s, topic, "10 bytes", Batches.cut(good, 10));
        produce(s, topic, "17 bytes", Batches.cut(good, 17));
        produce(s, topic, "the header only", Batches.cut(good, Batches.headerBytes()));
        produce(s, topic, "one byte too few", Batches.cut(good, size - 1));
        produce(s, topic, "one byte too many", Batches.cut(good, size + 1));
        produce(s, topic, "two batches", Batches.join(good, good));
        produce(s, topic, "checksum", Batches.broken(good, b -> b.put(size - 3, (byte) 'z')));
        for (int length : List.of(-1, 0, 10, 48, 49, size, Integer.MAX_VALUE)) {
            produce(s, topic, "length " + length, Batches.broken(good, b -> b.putInt(Batches.LENGTH_AT, length)));
        }
        for (int magic : List.of(0, 1)) {
            produce(s, topic, "magic " + magic, Batches.old(magic, "a", "b"));
        }
        for (int magic : List.of(-1, 3, 127)) {
            produce(s, topic, "magic " + magic, Batches.broken(good, b -> b.put(Batches.MAGIC_AT, (byte) magic)));
        }
        show(s, topic);
    }

    private static void header(Session s) {
        String topic = s.createTopic("t");
        MemoryRecords good = Batches.of("a", "b", "c");
        for (int count : List.of(-1, 0, 1, 2, 4, 1000, Integer.MAX_VALUE)) {
            produce(s, topic, "count " + count, Batches.mended(good, b -> b.putInt(Batches.COUNT_AT, count)));
        }
        for (int delta : List.of(-1, 0, 1, 3, 1000, Integer.MAX_VALUE)) {
            produce(
                    s,
                    topic,
                    "last delta " + delta,
                    Batches.mended(good, b -> b.putInt(Batches.LAST_OFFSET_DELTA_AT, delta)));
        }
        for (int codec : List.of(5, 6, 7)) {
            produce(
                    s,
                    topic,
                    "codec " + codec,
                    Batches.mended(good, b -> b.putShort(Batches.ATTRIBUTES_AT, (short) codec)));
        }
        produce(s, topic, "gzip that is not", Batches.mended(good, b -> b.putShort(Batches.ATTRIBUTES_AT, (short) 1)));
        produce(s, topic, "log append time", Batches.stamped("a", "b"));
        produce(
                s,
                topic,
                "unknown attributes",
                Batches.mended(good, b -> b.putShort(Batches.ATTRIBUTES_AT, (short) 0x4000)));
        produce(s, topic, "base offset 77", Batches.broken(good, b -> b.putLong(0, 77)));
        produce(s, topic, "leader epoch 5", Batches.broken(good, b -> b.putInt(12, 5)));
        produce(
                s,
                topic,
                "producer epoch without id",
                Batches.mended(good, b -> b.putShort(Batches.PRODUCER_EPOCH_AT, (short) 3)));
        produce(
                s,
                topic,
                "producer id without sequence",
                Batches.mended(good, b -> b.putLong(Batches.PRODUCER_ID_AT, 4000)));
        show(s, topic);
    }

    /** In an uncompressed batch the records begin behind the header: length, attributes, time delta, offset delta, key, value, headers. */
    private static void records(Session s) {
        String topic = s.createTopic("t");
        MemoryRecords good = Batches.of("a", "b", "c");
        int first = Batches.headerBytes();
        for (int length : List.of(0, 1, 5, 7, 8, 100, -1)) {
            produce(s, topic, "record length " + length, Batches.mended(good, b -> b.put(first, zigzag(length))));
        }
        produce(s, topic, "offset delta 1 twice", Batches.mended(good, b -> b.put(first + 3, zigzag(1))));
        produce(s, topic, "offset delta -1", Batches.mended(good, b -> b.put(first + 3, zigzag(-1))));
        // Apache Kafka counts the offsets of compressed records only; what it takes here, readers see as it was
        // written.
        produce(
                s,
                topic,
                "offset deltas 0, 2, 1",
                Batches.mended(good, b -> b.put(second(b) + 3, zigzag(2)).put(third(b) + 3, zigzag(1))));
        produce(s, topic, "offset deltas 0, 60, 2", Batches.mended(good, b -> b.put(second(b) + 3, zigzag(60))));
        MemoryRecords numbered = Batches.idempotent(4000, 0, 0, "a", "b", "c");
        produce(
                s,
                topic,
                "offset deltas 0, 0, 2 of a producer",
                Batches.mended(numbered, b -> b.put(second(b) + 3, (byte) 0)));
        produce(s, topic, "and again", Batches.mended(numbered, b -> b.put(second(b) + 3, (byte) 0)));
        produce(s, topic, "key length 50", Batches.mended(good, b -> b.put(first + 4, zigzag(50))));
        produce(s, topic, "value length 50", Batches.mended(good, b -> b.put(first + 5, zigzag(50))));
        produce(s, topic, "headers -1", Batches.mended(good, b -> b.put(first + 7, zigzag(-1))));
        produce(s, topic, "headers 3", Batches.mended(good, b -> b.put(first + 7, zigzag(3))));
        produce(s, topic, "record attributes 1", Batches.mended(good, b -> b.put(first + 1, (byte) 1)));
        show(s, topic);
    }

    /** Where the second record of an uncompressed batch begins; its length is one byte. */
    private static int second(ByteBuffer batch) {
        return after(batch, Batches.headerBytes());
    }

    private static int third(ByteBuffer batch) {
        return after(batch, second(batch));
    }

    private static int after(ByteBuffer batch, int record) {
        return record + 1 + (batch.get(record) >> 1);
    }

    private static void compressedRecords(Session s) {
        String topic = s.createTopic("t");
        for (String codec : List.of("gzip", "snappy", "lz4", "zstd")) {
            MemoryRecords good = Batches.compressed(codec, "a", "b", "c");
            produce(
                    s,
                    topic,
                    codec + " count 2",
                    Batches.mended(good, b -> b.putInt(Batches.COUNT_AT, 2).putInt(Batches.LAST_OFFSET_DELTA_AT, 1)));
            produce(
                    s,
                    topic,
                    codec + " count 4",
                    Batches.mended(good, b -> b.putInt(Batches.COUNT_AT, 4).putInt(Batches.LAST_OFFSET_DELTA_AT, 3)));
            produce(
                    s,
                    topic,
                    codec + " broken inside",
                    Batches.mended(good, b -> b.putLong(Batches.headerBytes() + 2, 0x1234567812345678L)));
            MemoryRecords wrong = Batches.mended(
                    Batches.compressed("none", "a", "b"), b -> b.put(Batches.headerBytes() + 3, zigzag(1)));
            produce(s, topic, codec + " offsets", Batches.recompressed(codec, wrong));
            produce(s, topic, codec + " good", good);
        }
        show(s, topic);
    }

    private static void timestamps(Session s) {
        String topic = s.createTopic("t");
        long now = System.currentTimeMillis();
        for (int hours : List.of(-24, 0, 2, 48)) {
            produce(s, topic, hours + " hours from now", Batches.of(Batches.record(now + hours * HOUR_MS, null, "a")));
        }
        produce(s, topic, "negative", Batches.of(Batches.record(-1, null, "a")));
        SimpleRecord good = Batches.record(now, null, "good");
        SimpleRecord late = Batches.record(now + 48 * HOUR_MS, null, "late");
        for (int version : List.of(3, 7, 8, 9, 12)) {
            s.ask("two of four", Requests.produce(topic, 0, Batches.of(good, late, good, late)), version);
        }
        s.ask(
                "compressed",
                Requests.produce(
                        topic, 0, MemoryRecords.withRecords(Compression.gzip().build(), good, late, good)),
                9);
        String strict = s.createTopic(
                "strict",
                1,
                Map.of("message.timestamp.before.max.ms", "60000", "message.timestamp.after.max.ms", "60000"));
        produce(s, strict, "an hour ago", Batches.of(good, Batches.record(now - HOUR_MS, null, "old")));
        produce(s, strict, "now", Batches.of(Batches.record(now, null, "new")));
        String stamped = s.createTopic("stamped", 1, Map.of("message.timestamp.type", "LogAppendTime"));
        produce(s, stamped, "the broker's clock counts", Batches.of(late));
    }

    /** Corner 25: the header's maximum is a client's claim. */
    private static void maxTimestamp(Session s) {
        for (long claimed : List.of(-1L, 5L, Batches.TIME_MS, Batches.TIME_MS + 1000)) {
            String topic = s.createTopic("t" + claimed);
            produce(
                    s,
                    topic,
                    "claims " + claimed,
                    Batches.mended(Batches.of("a", "b", "c"), b -> b.putLong(Batches.MAX_TIMESTAMP_AT, claimed)));
            show(s, topic);
            s.ask(Requests.listOffsets(topic, 0, -3), 7);
            s.ask(Requests.listOffsets(topic, 0, Batches.TIME_MS + 1), 7);
        }
    }

    private static void size(Session s) {
        int most = Batches.sizeBytes("x".repeat(200));
        String topic = s.createTopic("t", 1, Map.of("max.message.bytes", Integer.toString(most)));
        produce(s, topic, "exactly", Batches.of("x".repeat(200)));
        produce(s, topic, "one too many", Batches.of("x".repeat(201)));
        for (int version : List.of(3, 8)) {
            s.ask(Requests.produce(topic, 0, Batches.of("x".repeat(2000))), version);
        }
        produce(s, topic, "small once compressed", Batches.compressed("gzip", "x".repeat(2000)));
        String plain = s.createTopic(
                "plain", 1, Map.of("max.message.bytes", Integer.toString(most), "compression.type", "uncompressed"));
        produce(s, plain, "large once uncompressed", Batches.compressed("gzip", "x".repeat(2000)));
    }

    private static void compactedKeys(Session s) {
        String topic = s.createTopic("t", 1, Map.of("cleanup.policy", "compact"));
        SimpleRecord keyed = Batches.record(Batches.TIME_MS, "k", "v");
        SimpleRecord keyless = Batches.record(Batches.TIME_MS, null, "v");
        for (int version : List.of(7, 8, 9)) {
            s.ask("keyless second", Requests.produce(topic, 0, Batches.of(keyed, keyless, keyed, keyless)), version);
        }
        s.ask(
                "compressed",
                Requests.produce(
                        topic, 0, MemoryRecords.withRecords(Compression.lz4().build(), keyed, keyless)),
                9);
        s.ask("keyed", Requests.produce(topic, 0, Batches.of(keyed)), 9);
        s.ask("empty key", Requests.produce(topic, 0, Batches.of(Batches.record(Batches.TIME_MS, "", "v"))), 9);
        String both = s.createTopic("both", 1, Map.of("cleanup.policy", "compact,delete"));
        s.ask("compact and delete", Requests.produce(both, 0, Batches.of(keyless)), 9);
    }

    private static void controlBatch(Session s) {
        String topic = s.createTopic("t");
        MemoryRecords marker = MemoryRecords.withEndTransactionMarker(
                4000, (short) 0, new EndTransactionMarker(ControlRecordType.COMMIT, 0));
        s.ask("a marker", Requests.produce(topic, 0, marker), 9);
        produce(
                s,
                topic,
                "the control bit",
                Batches.mended(Batches.of("a"), b -> b.putShort(Batches.ATTRIBUTES_AT, (short) 0x20)));
        show(s, topic);
    }

    private static byte zigzag(int value) {
        ByteBuffer one = ByteBuffer.allocate(5);
        org.apache.kafka.common.utils.ByteUtils.writeVarint(value, one);
        return one.get(0);
    }

    private static void produce(Session s, String topic, String about, MemoryRecords records) {
        s.ask(about, Requests.produce(topic, 0, records), 9);
    }

    private static void show(Session s, String topic) {
        s.ask("what was taken", Requests.fetch(Requests.fetchTopic(topic, s.topicId(topic), Requests.from(0, 0))), 12);
    }
}
