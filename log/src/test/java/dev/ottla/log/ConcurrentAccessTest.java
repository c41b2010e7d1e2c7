package dev.ottla.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.base.Clock;
import dev.ottla.base.Files;
import dev.ottla.base.OttlaException;
import dev.ottla.base.RandomSource;
import dev.ottla.record.BatchHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two writers, readers at the tail and behind, retention and forces at once on real files: offsets stay dense, bytes stay whole. */
class ConcurrentAccessTest {
    private static final int APPENDS = 3000;

    @TempDir
    Path home;

    @Test
    void readersNeverSeeAnythingButWholeBatchesInOrder() throws Exception {
        LogFolder folder = LogFolder.open(
                FolderSettings.defaults(home),
                any -> TestFolder.small(20_000),
                Files.system(),
                Clock.system(),
                RandomSource.seeded(1));
        PartitionLog log = folder.create(TestFolder.PARTITION, TestFolder.small(20_000));
        AtomicBoolean done = new AtomicBoolean();
        try (ExecutorService threads = Executors.newFixedThreadPool(5)) {
            List<Future<?>> writers = List.of(threads.submit(() -> write(log)), threads.submit(() -> write(log)));
            List<Future<?>> others = new ArrayList<>();
            others.add(threads.submit(() -> follow(log, done, 300)));
            others.add(threads.submit(() -> follow(log, done, 100_000)));
            others.add(threads.submit(() -> trim(log, done)));
            for (Future<?> writer : writers) {
                writer.get();
            }
            done.set(true);
            for (Future<?> other : others) {
                other.get();
            }
        }
        assertThat(log.endOffset()).isEqualTo(2L * APPENDS * 2);
        log.flushed(log.endOffset()).get();
        folder.close(-1);
    }

    private static Void write(PartitionLog log) throws InterruptedException, ExecutionException {
        for (int i = 0; i < APPENDS; i++) {
            ByteBuffer batch = TestFolder.batch(1000 + i, "value-" + i, "w".repeat(i % 100));
            AppendResult result = log.append(batch, 1001 + i, 1, 0, 1000);
            assertThat(result.succeeded()).as(result.toString()).isTrue();
            if (i % 500 == 0) {
                log.flushed(result.lastOffset() + 1).get();
            }
        }
        return null;
    }

    private static Void follow(PartitionLog log, AtomicBoolean done, int maxBytes) throws IOException {
        long next = 0;
        while (!done.get() || next < log.endOffset()) {
            try (LogSlice slice = log.read(next, maxBytes, Long.MAX_VALUE, true)) {
                ByteBuffer bytes = ByteBuffer.allocate(slice.sizeBytes());
                slice.copyTo(0, bytes);
                bytes.flip();
                while (bytes.hasRemaining()) {
                    int at = bytes.position();
                    assertThat(BatchHeader.baseOffset(bytes, at)).isEqualTo(next);
                    next = BatchHeader.lastOffset(bytes, at) + 1;
                    bytes.position(at + BatchHeader.sizeBytes(bytes, at));
                }
            } catch (OttlaException outOfRange) {
                assertThat(log.startOffset()).isGreaterThan(next);
                next = log.startOffset();
            }
        }
        return null;
    }

    private static Void trim(PartitionLog log, AtomicBoolean done) {
        while (!done.get()) {
            log.advanceHighWatermark(log.endOffset());
            log.deleteRecords(Math.max(log.startOffset(), log.highWatermark() - 500));
            log.applyRetention(2000);
            log.flush();
        }
        return null;
    }
}
