package dev.ottla.benchmarks.speed;

import dev.ottla.base.FileHandle;
import java.io.EOFException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * The least that an acknowledgement can cost on this machine, whatever the broker: one thread that reads requests from one connection, writes one
 * block past the page cache and forces it for all that it read, and answers. Requests come at a fixed rate, open loop.
 *
 * @param nanos from when a request was due to its answer
 * @param serverCpuNanos of the thread that answers
 */
record LeastAnswer(Histogram nanos, long serverCpuNanos) {
    private static final int REQUEST_BYTES = 170;
    private static final int MOST_AT_ONCE = 64;
    private static final long HIGHEST_NANOS = 60_000_000_000L;

    /** @param file where blocks are written and forced, in its first {@code fileBytes}; null to answer at once */
    static LeastAnswer measured(@Nullable FileHandle file, long fileBytes, int perSecond, double seconds)
            throws IOException {
        long requests = (long) (perSecond * seconds);
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            CompletableFuture<Long> serverCpuNanos = onThread("answers", () -> answer(server, file, fileBytes));
            try (SocketChannel channel = SocketChannel.open(server.getLocalAddress())) {
                channel.socket().setTcpNoDelay(true);
                CompletableFuture<Histogram> nanos = onThread("answered", () -> answered(channel, requests));
                send(channel, requests, 1_000_000_000L / perSecond);
                Histogram measured = nanos.join();
                channel.shutdownOutput();
                return new LeastAnswer(measured, serverCpuNanos.join());
            }
        }
    }

    private static <T> CompletableFuture<T> onThread(String name, Supplier<T> work) {
        return CompletableFuture.supplyAsync(
                work, task -> Thread.ofPlatform().name(name).start(task));
    }

    /** Each request carries when it was due. */
    private static void send(SocketChannel channel, long requests, long gapNanos) throws IOException {
        ByteBuffer request = ByteBuffer.allocateDirect(REQUEST_BYTES);
        long start = System.nanoTime();
        for (long i = 0; i < requests; i++) {
            long due = start + i * gapNanos;
            for (long now = System.nanoTime(); now < due; now = System.nanoTime()) {
                LockSupport.parkNanos(due - now);
            }
            request.clear().putLong(0, due);
            while (request.hasRemaining()) {
                channel.write(request);
            }
        }
    }

    private static Histogram answered(SocketChannel channel, long requests) {
        Histogram nanos = new Histogram(HIGHEST_NANOS, 3);
        ByteBuffer in = ByteBuffer.allocateDirect(Long.BYTES * MOST_AT_ONCE);
        try {
            while (nanos.getTotalCount() < requests) {
                if (channel.read(in) < 0) {
                    throw new EOFException("The server went away after " + nanos.getTotalCount() + " answers");
                }
                in.flip();
                while (in.remaining() >= Long.BYTES) {
                    nanos.recordValue(Math.min(HIGHEST_NANOS, System.nanoTime() - in.getLong()));
                }
                in.compact();
            }
            return nanos;
        } catch (IOException failure) {
            throw new CompletionException(failure);
        }
    }

    private static long answer(ServerSocketChannel server, @Nullable FileHandle file, long fileBytes) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        ByteBuffer in = ByteBuffer.allocateDirect(REQUEST_BYTES * MOST_AT_ONCE);
        ByteBuffer out = ByteBuffer.allocateDirect(Long.BYTES * MOST_AT_ONCE);
        ByteBuffer block = ByteBuffer.allocateDirect(2 * FileHandle.DIRECT_BLOCK_BYTES)
                .alignedSlice(FileHandle.DIRECT_BLOCK_BYTES)
                .slice(0, FileHandle.DIRECT_BLOCK_BYTES);
        long position = 0;
        try (SocketChannel channel = server.accept()) {
            channel.socket().setTcpNoDelay(true);
            long cpu = threads.getCurrentThreadCpuTime();
            while (channel.read(in) >= 0) {
                takeRequests(in, out.clear());
                if (file != null && out.position() > 0) {
                    file.write(block.clear(), position);
                    file.force(false);
                    position = (position + block.capacity()) % fileBytes;
                }
                out.flip();
                while (out.hasRemaining()) {
                    channel.write(out);
                }
            }
            return threads.getCurrentThreadCpuTime() - cpu;
        } catch (IOException failure) {
            throw new CompletionException(failure);
        }
    }

    /** Moves when each whole request was due from one buffer to the other, and keeps the beginning of the next. */
    private static void takeRequests(ByteBuffer in, ByteBuffer out) {
        in.flip();
        while (in.remaining() >= REQUEST_BYTES) {
            out.putLong(in.getLong(in.position()));
            in.position(in.position() + REQUEST_BYTES);
        }
        in.compact();
    }
}
