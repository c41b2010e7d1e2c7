package dev.ottla.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import dev.ottla.base.Files;
import dev.ottla.base.TopicId;
import dev.ottla.log.journal.EntryKind;
import dev.ottla.log.journal.Journal;
import dev.ottla.log.journal.JournalSettings;
import dev.ottla.log.journal.JournalStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * What the journal costs by itself: threads that append one entry each and wait until it is durable, before the next. The first line is the bare disk: one
 * block written and forced by one thread. Arguments: a scratch folder, seconds each, a label for the lines, MiB a journal file has.
 */
public final class JournalCost {
    private static final int[] APPENDERS = {1, 8, 64};
    private static final int[] PAYLOAD_BYTES = {100, 4096, 65536};
    private static final int BLOCK_BYTES = 4096;
    private static final int BARE_FILE_BLOCKS = 1024;
    private static final int MAX_SAMPLES = 1 << 18;
    private static final long CHECKPOINT_BYTES = 512L << 20;
    private static final double NANOS = 1e9;

    private final Path scratch;
    private final double seconds;
    private final String label;
    private final int fileBytes;
    private final OperatingSystemMXBean machine = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private JournalCost(Path scratch, double seconds, String label, int fileBytes) {
        this.scratch = scratch;
        this.seconds = seconds;
        this.label = label;
        this.fileBytes = fileBytes;
    }

    public static void main(String[] arguments) throws Exception {
        JournalCost cost = new JournalCost(
                Path.of(arguments[0]).toAbsolutePath(),
                Double.parseDouble(arguments[1]),
                arguments[2],
                Integer.parseInt(arguments[3]) << 20);
        Files.system().createFolders(cost.scratch);
        cost.bare();
        for (int appenders : APPENDERS) {
            for (int bytes : PAYLOAD_BYTES) {
                cost.measure(appenders, bytes);
            }
        }
    }

    /** Times of one thread's appends, each until its listener was told. */
    private static final class Appender {
        final long[] nanos = new long[MAX_SAMPLES];
        final Semaphore durable = new Semaphore(0);
        long toldNanos;
        int count;

        void run(JournalStream stream, ByteBuffer payload, long endNanos) throws InterruptedException {
            for (long begin = System.nanoTime(); begin < endNanos && count < MAX_SAMPLES; begin = System.nanoTime()) {
                stream.append(EntryKind.APPEND, count, count + 1L, payload);
                durable.acquire();
                nanos[count++] = toldNanos - begin;
            }
        }

        void told() {
            toldNanos = System.nanoTime();
            durable.release();
        }
    }

    private void bare() throws IOException {
        long[] nanos = new long[MAX_SAMPLES];
        int count = 0;
        ByteBuffer block = ByteBuffer.allocateDirect(BLOCK_BYTES);
        try (FileChannel file =
                FileChannel.open(scratch.resolve("bare"), StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
            for (int i = 0; i < BARE_FILE_BLOCKS; i++) {
                file.write(block.clear(), (long) i * BLOCK_BYTES);
            }
            file.force(true);
            long cpu = machine.getProcessCpuTime();
            long start = System.nanoTime();
            long end = start + (long) (seconds * NANOS);
            for (long begin = start; begin < end && count < MAX_SAMPLES; begin = System.nanoTime()) {
                file.write(block.clear(), (long) (count % BARE_FILE_BLOCKS) * BLOCK_BYTES);
                file.force(false);
                nanos[count++] = System.nanoTime() - begin;
            }
            print("bare", BLOCK_BYTES, Arrays.copyOf(nanos, count), start, cpu);
        }
    }

    private void measure(int appenders, int bytes) throws Exception {
        JournalSettings defaults = JournalSettings.defaults(scratch);
        JournalSettings settings = new JournalSettings(
                defaults.folder(), defaults.maxBytes(), defaults.firstFileBytes(), fileBytes, defaults.stagingBytes());
        try (ExecutorService background =
                Executors.newSingleThreadExecutor(Thread.ofPlatform().factory())) {
            Journal journal = Journal.open(Files.system(), settings, JournalCost::failed);
            journal.start(Thread.ofPlatform().name("ottla-journal").factory(), background);
            run(journal, appenders, bytes);
            journal.checkpoint(List.of(), journal.lastLsn() + 1);
            journal.close(true);
        }
    }

    private static void failed(IOException failure) {
        failure.printStackTrace();
        Runtime.getRuntime().halt(1);
    }

    private void run(Journal journal, int appenders, int bytes) throws InterruptedException {
        Appender[] all = new Appender[appenders];
        Thread[] threads = new Thread[appenders];
        long cpu = machine.getProcessCpuTime();
        long start = System.nanoTime();
        long end = start + (long) (seconds * NANOS);
        for (int i = 0; i < appenders; i++) {
            Appender appender = new Appender();
            all[i] = appender;
            JournalStream stream = journal.stream(new TopicId(1, i), 0, (offset, lsn) -> appender.told());
            ByteBuffer payload = ByteBuffer.allocateDirect(bytes);
            threads[i] = Thread.ofPlatform().start(() -> {
                try {
                    appender.run(stream, payload, end);
                } catch (InterruptedException stop) {
                    Thread.currentThread().interrupt();
                }
            });
        }
        checkpointUntil(journal, end);
        for (Thread thread : threads) {
            thread.join();
        }
        long[] nanos = Arrays.stream(all)
                .flatMapToLong(each -> Arrays.stream(each.nanos, 0, each.count))
                .toArray();
        print(appenders + " appenders", bytes, nanos, start, cpu);
    }

    /** As a broker does: frees the oldest files when about half of the journal is used. */
    private static void checkpointUntil(Journal journal, long endNanos) throws InterruptedException {
        while (System.nanoTime() < endNanos) {
            TimeUnit.MILLISECONDS.sleep(20);
            if (journal.usedBytes() > CHECKPOINT_BYTES) {
                try {
                    journal.checkpoint(List.of(), journal.lsnAtUsedBytes(CHECKPOINT_BYTES / 2));
                } catch (IOException failure) {
                    failed(failure);
                }
            }
        }
    }

    private void print(String what, int bytes, long[] nanos, long startNanos, long startCpuNanos) {
        double elapsed = (System.nanoTime() - startNanos) / NANOS;
        double cpu = (machine.getProcessCpuTime() - startCpuNanos) / NANOS;
        Arrays.sort(nanos);
        int last = nanos.length - 1;
        System.out.printf(
                "%-10s %-13s %6d B %8.0f appends/s %7.1f MB/s p50 %7.0f us p99 %7.0f us max %7.0f us cpu %6.1f us/append%n",
                label,
                what,
                bytes,
                nanos.length / elapsed,
                nanos.length * (double) bytes / elapsed / 1e6,
                nanos[last / 2] / 1e3,
                nanos[(int) (last * 0.99)] / 1e3,
                nanos[last] / 1e3,
                cpu * 1e6 / nanos.length);
    }
}
