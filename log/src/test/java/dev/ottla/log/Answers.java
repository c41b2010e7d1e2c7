package dev.ottla.log;

import dev.ottla.base.ErrorCode;
import dev.ottla.base.OttlaException;
import dev.ottla.record.BatchHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** All that can be asked of a log, as clients ask it, each question with its answer; or with the refusal that it met. */
final class Answers {
    /** Instead of an answer: a client is told, or its own checksum tells it. */
    static final String REFUSED = "refused";

    private final Map<String, Object> all = new LinkedHashMap<>();
    private final PartitionLog log;

    private interface Question {
        @Nullable
        Object ask() throws IOException;
    }

    private Answers(PartitionLog log) {
        this.log = log;
    }

    /**
     * @param nowMs when retention is applied
     * @param fromMs times from there on are looked up
     */
    static Map<String, Object> of(PartitionLog log, long fromMs, long nowMs) throws IOException {
        Answers answers = new Answers(log);
        answers.askAll(fromMs, nowMs);
        return answers.all;
    }

    private void askAll(long fromMs, long nowMs) throws IOException {
        ask("start", log::startOffset);
        ask("end", log::endOffset);
        log.advanceHighWatermark(log.endOffset());
        long start = log.startOffset();
        long end = log.endOffset();
        ask("producers", this::producers);
        for (int epoch = 0; epoch < 8; epoch++) {
            int asked = epoch;
            ask("end of epoch " + epoch, () -> log.endOffsetForEpoch(asked));
        }
        for (long offset = start; offset < end; offset += 17) {
            long from = offset;
            ask("committed from " + from, () -> committed(from));
            ask("epoch and batches at " + from, () -> read(from));
        }
        ask("largest time", log::offsetOfMaxTimestamp);
        for (int i = 0; i < 24; i++) {
            long timeMs = fromMs + i * (nowMs - fromMs) / 22;
            ask("first since " + timeMs, () -> log.offsetForTime(timeMs));
        }
        ask("everything", () -> readAll(start));
        long retentionMs = log.config().retentionMs();
        ask("retention", () -> log.applyRetention(fromMs + (nowMs - fromMs) / 2 + retentionMs));
        ask("start after retention", log::startOffset);
        ask("everything after retention", () -> readAll(log.startOffset()));
    }

    private void ask(String question, Question asked) throws IOException {
        Object answer;
        try {
            answer = Objects.requireNonNullElse(asked.ask(), "nothing");
            if (log.offlineReason() != null) {
                answer = REFUSED;
            }
        } catch (OttlaException refusal) {
            if (refusal.code() != ErrorCode.KAFKA_STORAGE_ERROR && refusal.code() != ErrorCode.CORRUPT_MESSAGE) {
                throw new AssertionError(question, refusal);
            }
            answer = REFUSED;
        }
        all.put(question, answer);
    }

    /** Without their times: compaction takes those of emptied batches away. */
    private Object producers() {
        Map<Long, String> known = new TreeMap<>();
        for (ProducerSummary producer : log.producers().active()) {
            known.put(
                    producer.producerId(),
                    producer.epoch() + " " + producer.lastSequence() + " " + producer.currentTransactionFirstOffset());
        }
        return known;
    }

    private Object readAll(long from) throws IOException {
        List<Object> found = new ArrayList<>();
        long next = from;
        while (next < log.endOffset()) {
            try (LogSlice slice = log.read(next, 1500, Long.MAX_VALUE, true)) {
                List<ByteBuffer> batches = batchesOf(slice);
                if (batches == null) {
                    return REFUSED;
                }
                if (batches.isEmpty()) {
                    return List.of("nothing at " + next, found);
                }
                found.addAll(batches);
                next = BatchHeader.lastOffset(batches.getLast(), 0) + 1;
            }
        }
        return found;
    }

    /** Where the batches begin that a client with isolation level read_committed gives out of one fetch. */
    private Object committed(long from) throws IOException {
        try (LogSlice slice = log.read(from, 900, Long.MAX_VALUE, true)) {
            List<ByteBuffer> batches = batchesOf(slice);
            if (batches == null || batches.isEmpty()) {
                return batches == null ? REFUSED : "nothing";
            }
            long end = BatchHeader.lastOffset(batches.getLast(), 0) + 1;
            if (end < log.endOffset() && REFUSED.equals(read(end))) {
                // It stops before a batch whose size is damaged, of which the next fetch is told.
                return REFUSED;
            }
            Deque<AbortedTransaction> aborted = new ArrayDeque<>(log.producers().aborted(from, end));
            Set<Long> discarded = new HashSet<>();
            List<Long> given = new ArrayList<>();
            for (ByteBuffer batch : batches) {
                while (!aborted.isEmpty() && aborted.getFirst().firstOffset() <= BatchHeader.lastOffset(batch, 0)) {
                    discarded.add(aborted.removeFirst().producerId());
                }
                long producerId = BatchHeader.producerId(batch, 0);
                if (BatchHeader.isControl(batch, 0)) {
                    discarded.remove(producerId);
                } else if (!BatchHeader.isTransactional(batch, 0) || !discarded.contains(producerId)) {
                    given.add(BatchHeader.baseOffset(batch, 0));
                }
            }
            return given;
        }
    }

    private Object read(long from) throws IOException {
        try (LogSlice slice = log.read(from, 900, Long.MAX_VALUE, true)) {
            List<ByteBuffer> batches = batchesOf(slice);
            if (batches == null || batches.isEmpty()) {
                return batches == null ? REFUSED : "nothing";
            }
            return List.of(log.epochAt(BatchHeader.lastOffset(batches.getFirst(), 0)), batches.getFirst());
        }
    }

    /** As a fetch takes them, and a client looks at them; null when sending fails or a checksum does not fit. */
    private static @Nullable List<ByteBuffer> batchesOf(LogSlice slice) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(slice.sizeBytes());
        try {
            if (slice.isCold()) {
                slice.warm();
            }
            slice.copyTo(0, bytes);
        } catch (DamagedLogException | OttlaException told) {
            return null;
        }
        bytes.flip();
        CRC32C crc = new CRC32C();
        List<ByteBuffer> batches = new ArrayList<>();
        while (bytes.remaining() >= BatchHeader.SIZE_BYTES) {
            int size = BatchHeader.sizeBytes(bytes, bytes.position());
            if (size < BatchHeader.SIZE_BYTES || size > bytes.remaining()) {
                return null;
            }
            ByteBuffer batch = bytes.slice(bytes.position(), size);
            if (BatchHeader.magic(batch, 0) != BatchHeader.MAGIC_V2
                    || BatchHeader.crc(batch, 0) != BatchHeader.computeCrc(batch, 0, crc)) {
                return null;
            }
            batches.add(batch);
            bytes.position(bytes.position() + size);
        }
        return batches;
    }
}
