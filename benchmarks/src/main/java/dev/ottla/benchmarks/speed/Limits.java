package dev.ottla.benchmarks.speed;

import dev.ottla.base.FileHandle;
import dev.ottla.benchmarks.broker.Contender;
import dev.ottla.benchmarks.broker.Settings;
import dev.ottla.benchmarks.report.Report.Fraction;
import dev.ottla.benchmarks.rounds.Round;
import dev.ottla.benchmarks.rounds.Work;
import java.io.EOFException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** What the machine itself can do, by the system calls that a broker lives on. */
final class Limits {
    private static final double SECONDS = Settings.seconds("limits.seconds", 3);
    private static final int PIECE_BYTES = 65_536;
    private static final int FILE_BYTES = 256 << 20;
    private static final int SENDFILE_BYTES = 1 << 20;
    private static final int FORCED_BYTES = 1 << 20;
    private static final int PACED_PER_SECOND = 5_000;
    private static final long HIGHEST_NANOS = 60_000_000_000L;

    private static final String LOOPBACK = "loopback, 64 KiB writes, MB/s";
    private static final String SENDFILE = "sendfile of a cached file over loopback, MB/s";
    private static final String PAGE_CACHE = "page cache, 64 KiB writes to new files, MB/s";
    private static final String DISK = "disk, 1 MiB written past the page cache and forced, MB/s";

    private Limits() {}

    static Work work() {
        return new Work(
                "limits",
                "what the machine can do: loopback, page cache, forces, sendfile",
                List.of(Contender.MACHINE),
                Limits::run);
    }

    static List<Fraction> fractions() {
        return List.of(
                new Fraction(LOOPBACK, "broker-bound produce, MB/s"),
                new Fraction(PAGE_CACHE, "broker-bound produce, MB/s"),
                new Fraction(DISK, "broker-bound produce, MB/s"),
                new Fraction(LOOPBACK, "produce 1 KiB, MB/s"),
                new Fraction(SENDFILE, "consume 1 KiB, MB/s"),
                new Fraction(SENDFILE, "fetch from the past, 1 KiB records, MB/s"));
    }

    private static void run(Round round) throws IOException {
        round.add(LOOPBACK, loopback());
        Path file = round.scratch().resolve("file");
        round.add(PAGE_CACHE, pageCache(file));
        round.add(SENDFILE, sendfile(file));
        Files.delete(file);
        forces(round, file);
        Files.delete(file);
    }

    private interface Sender {
        long to(SocketChannel channel) throws IOException;
    }

    private static double loopback() throws IOException {
        ByteBuffer piece = ByteBuffer.allocateDirect(PIECE_BYTES);
        return sent(channel -> channel.write(piece.clear()));
    }

    private static double sendfile(Path file) throws IOException {
        try (FileChannel source = FileChannel.open(file, StandardOpenOption.READ)) {
            long[] position = new long[1];
            return sent(channel -> {
                long count = source.transferTo(position[0], SENDFILE_BYTES, channel);
                position[0] = (position[0] + count) % source.size();
                return count;
            });
        }
    }

    /** MB/s from one thread to another. */
    private static double sent(Sender sender) throws IOException {
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            CompletableFuture<Void> drained = CompletableFuture.runAsync(() -> drain(server), Limits::start);
            long bytes = 0;
            long start = System.nanoTime();
            try (SocketChannel channel = SocketChannel.open(server.getLocalAddress())) {
                while (System.nanoTime() - start < SECONDS * 1e9) {
                    bytes += sender.to(channel);
                }
            }
            drained.join();
            return bytes / 1e6 / ((System.nanoTime() - start) / 1e9);
        }
    }

    private static void start(Runnable task) {
        Thread.ofPlatform().name("drain").start(task);
    }

    private static void drain(ServerSocketChannel server) {
        ByteBuffer in = ByteBuffer.allocateDirect(PIECE_BYTES * 4);
        try (SocketChannel channel = server.accept()) {
            while (channel.read(in.clear()) >= 0) {
                // Thrown away.
            }
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }

    /** New files, each well below what the kernel may hold dirty. Leaves the last one. */
    private static double pageCache(Path file) throws IOException {
        ByteBuffer piece = ByteBuffer.allocateDirect(PIECE_BYTES);
        long bytes = 0;
        long nanos = 0;
        while (nanos < SECONDS * 1e9) {
            Files.deleteIfExists(file);
            try (FileChannel target = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                long start = System.nanoTime();
                for (int at = 0; at < FILE_BYTES; at += PIECE_BYTES) {
                    bytes += target.write(piece.clear());
                }
                nanos += System.nanoTime() - start;
            }
        }
        return bytes / 1e6 / (nanos / 1e9);
    }

    /** As the journal does: blocks of a file that is there already are written anew past the page cache, each forced. */
    private static void forces(Round round, Path file) throws IOException {
        try (FileChannel target = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer piece = ByteBuffer.allocateDirect(PIECE_BYTES);
            for (int at = 0; at < FILE_BYTES; at += PIECE_BYTES) {
                target.write(piece.clear());
            }
            target.force(true);
        }
        FileHandle handle = dev.ottla.base.Files.system().openDirect(file);
        try {
            Forced small = Forced.of(handle, FileHandle.DIRECT_BLOCK_BYTES, 0);
            round.add("forces of 4 KiB written past the page cache, forces/s", small.nanos.getTotalCount() / SECONDS);
            tell(round, "force of 4 KiB", small);
            round.curve("force of 4 KiB", small.nanos);
            tell(
                    round,
                    "force of 4 KiB, one at a time at " + PACED_PER_SECOND + "/s",
                    Forced.of(handle, FileHandle.DIRECT_BLOCK_BYTES, 1_000_000_000L / PACED_PER_SECOND));
            Forced large = Forced.of(handle, FORCED_BYTES, 0);
            round.add(DISK, large.nanos.getTotalCount() * (double) FORCED_BYTES / 1e6 / SECONDS);
            tell(round, "the least answer behind a force at " + PACED_PER_SECOND + "/s", least(handle));
            tell(round, "the least answer without one at " + PACED_PER_SECOND + "/s", least(null));
        } finally {
            handle.close();
        }
    }

    private static LeastAnswer least(@Nullable FileHandle file) throws IOException {
        LeastAnswer.measured(file, FILE_BYTES, PACED_PER_SECOND, SECONDS);
        return LeastAnswer.measured(file, FILE_BYTES, PACED_PER_SECOND, 2 * SECONDS);
    }

    private static void tell(Round round, String what, LeastAnswer least) {
        round.add(what + ", p50 us", least.nanos().getValueAtPercentile(50) / 1e3);
        round.add(what + ", p99 us", least.nanos().getValueAtPercentile(99) / 1e3);
        round.add(what + ", p99.9 us", least.nanos().getValueAtPercentile(99.9) / 1e3);
        round.add(
                what + ", CPU us", least.serverCpuNanos() / 1e3 / least.nanos().getTotalCount());
        round.curve(what, least.nanos());
    }

    private static void tell(Round round, String what, Forced forced) {
        round.add(what + ", p50 us", forced.nanos.getValueAtPercentile(50) / 1e3);
        round.add(what + ", p99 us", forced.nanos.getValueAtPercentile(99) / 1e3);
        round.add(what + ", CPU us", forced.cpuNanos / 1e3 / forced.nanos.getTotalCount());
    }

    /** Writes that were forced one after the other: how long each took, and the CPU of the thread that did it. */
    private record Forced(Histogram nanos, long cpuNanos) {
        /** @param gapNanos from the beginning of one to the beginning of the next, at least */
        static Forced of(FileHandle file, int bytes, long gapNanos) throws IOException {
            ByteBuffer block = ByteBuffer.allocateDirect(bytes + FileHandle.DIRECT_BLOCK_BYTES)
                    .alignedSlice(FileHandle.DIRECT_BLOCK_BYTES)
                    .slice(0, bytes);
            Histogram nanos = new Histogram(HIGHEST_NANOS, 3);
            ThreadMXBean threads = ManagementFactory.getThreadMXBean();
            long cpu = threads.getCurrentThreadCpuTime();
            long start = System.nanoTime();
            long position = 0;
            for (long due = start; due - start < SECONDS * 1e9; due = Math.max(due + gapNanos, System.nanoTime())) {
                for (long now = System.nanoTime(); now < due; now = System.nanoTime()) {
                    LockSupport.parkNanos(due - now);
                }
                long begin = System.nanoTime();
                file.write(block.clear(), position);
                file.force(false);
                nanos.recordValue(System.nanoTime() - begin);
                position = (position + bytes) % FILE_BYTES;
            }
            if (nanos.getTotalCount() == 0) {
                throw new EOFException("Not one force in " + SECONDS + " s");
            }
            return new Forced(nanos, threads.getCurrentThreadCpuTime() - cpu);
        }
    }
}
