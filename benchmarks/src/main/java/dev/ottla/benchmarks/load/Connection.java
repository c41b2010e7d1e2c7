package dev.ottla.benchmarks.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;

/** A connection of the load generator: some requests in flight, of others that are due already the time. Answers are counted and, but for their head, thrown away. */
final class Connection {
    private static final int HEAD_BYTES = 512;

    private final SocketChannel channel;
    private final SelectionKey key;
    private final Source source;
    private final Deque<ByteBuffer> unsent = new ArrayDeque<>();
    private final Deque<Long> sinceNanos = new ArrayDeque<>();
    private final Deque<Long> dueNanos = new ArrayDeque<>();
    private final ByteBuffer head = ByteBuffer.allocate(HEAD_BYTES);
    /** Of the answer that has begun to come, what is to come; -1 when its size is not known yet. */
    private long missing = -1;

    Connection(SocketChannel channel, Selector selector, Source source) throws IOException {
        this.channel = channel;
        this.source = source;
        key = channel.register(selector, SelectionKey.OP_READ, this);
    }

    int inFlight() {
        return sinceNanos.size();
    }

    boolean isIdle() {
        return sinceNanos.isEmpty() && dueNanos.isEmpty();
    }

    /** A request is due; it goes out when fewer than {@code depth} are in flight. */
    void due(long atNanos, int depth) throws IOException {
        dueNanos.add(atNanos);
        sendDue(depth);
    }

    void sendDue(int depth) throws IOException {
        while (!dueNanos.isEmpty() && sinceNanos.size() < depth) {
            send(dueNanos.removeFirst());
        }
    }

    /** @param since when its time begins */
    void send(long since) throws IOException {
        sinceNanos.add(since);
        unsent.add(source.next());
        write();
    }

    void write() throws IOException {
        while (!unsent.isEmpty()) {
            ByteBuffer first = unsent.getFirst();
            channel.write(first);
            if (first.hasRemaining()) {
                key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
                return;
            }
            unsent.removeFirst();
        }
        key.interestOps(SelectionKey.OP_READ);
    }

    /**
     * Takes what has come.
     *
     * @param in empty memory to use
     */
    void read(ByteBuffer in) throws IOException {
        in.clear();
        if (channel.read(in) < 0) {
            throw new IOException("The broker closed a connection");
        }
        in.flip();
        while (in.hasRemaining()) {
            if (missing < 0) {
                readSize(in);
            } else {
                readBody(in);
            }
        }
    }

    private void readSize(ByteBuffer in) {
        while (in.hasRemaining() && head.position() < Integer.BYTES) {
            head.put(in.get());
        }
        if (head.position() == Integer.BYTES) {
            missing = head.getInt(0);
            head.clear();
        }
    }

    private void readBody(ByteBuffer in) throws IOException {
        int there = (int) Math.min(missing, in.remaining());
        int kept = Math.min(there, head.remaining());
        head.put(head.position(), in, in.position(), kept).position(head.position() + kept);
        in.position(in.position() + there);
        missing -= there;
        if (missing == 0) {
            missing = -1;
            source.answered(head.flip(), System.nanoTime() - sinceNanos.removeFirst());
            head.clear();
        }
    }

    void close() throws IOException {
        channel.close();
    }
}
