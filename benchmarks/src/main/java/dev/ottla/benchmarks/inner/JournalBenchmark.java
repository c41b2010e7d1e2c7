package dev.ottla.benchmarks.inner;

import dev.ottla.base.Files;
import dev.ottla.base.TopicId;
import dev.ottla.log.journal.EntryKind;
import dev.ottla.log.journal.Journal;
import dev.ottla.log.journal.JournalSettings;
import dev.ottla.log.journal.JournalStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The journal by itself: an entry handed over, and an entry handed over and awaited, which is a force of the disk and two hand-overs between threads. */
@State(Scope.Thread)
public class JournalBenchmark {
    private static final long CHECKPOINT_BYTES = 512L << 20;

    @Param({"100", "16384"})
    private int entryBytes = 100;

    private ByteBuffer payload = ByteBuffer.allocate(0);
    private Path path = Path.of("");
    private ExecutorService background = Executors.newSingleThreadExecutor();
    private @Nullable Journal journal;
    private @Nullable JournalStream stream;

    @Setup(Level.Iteration)
    public void open() throws IOException {
        path = java.nio.file.Files.createTempDirectory("ottla-inner");
        Journal opened = Journal.open(Files.system(), JournalSettings.defaults(path), failure -> {});
        background = Executors.newSingleThreadExecutor();
        opened.start(Thread.ofPlatform().name("journal").factory(), background);
        journal = opened;
        stream = opened.stream(new TopicId(1, 2), 0, (endOffset, lsn) -> {});
        payload = ByteBuffer.allocateDirect(entryBytes);
    }

    @TearDown(Level.Iteration)
    public void close() throws IOException {
        if (journal != null) {
            journal.checkpoint(List.of(), journal.lastLsn() + 1);
            journal.close(true);
        }
        background.close();
        Files.system().deleteTree(path);
    }

    @Benchmark
    public long handOver() throws IOException {
        Journal target = opened();
        while (target.isCongested()) {
            makeRoom(target);
        }
        return append();
    }

    @Benchmark
    public long durable() throws IOException {
        long lsn = append();
        opened().await(lsn);
        makeRoom(opened());
        return lsn;
    }

    private long append() {
        JournalStream target = stream;
        if (target == null) {
            throw new IllegalStateException("The journal is not open");
        }
        return target.append(EntryKind.APPEND, 0, 1, payload);
    }

    private static void makeRoom(Journal target) throws IOException {
        if (target.usedBytes() > CHECKPOINT_BYTES) {
            target.checkpoint(List.of(), target.lastLsn() + 1);
        } else {
            Thread.onSpinWait();
        }
    }

    private Journal opened() {
        Journal present = journal;
        if (present == null) {
            throw new IllegalStateException("The journal is not open");
        }
        return present;
    }
}
