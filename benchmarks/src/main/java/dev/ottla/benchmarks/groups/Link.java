package dev.ottla.benchmarks.groups;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/** A connection of a {@link Wire}: requests go out at once, also before earlier ones are answered; answers come in their order. */
final class Link implements AutoCloseable {
    private static final int USUAL_ANSWER_BYTES = 4096;

    private final SocketChannel channel;
    private final SelectionKey key;
    private final Deque<ByteBuffer> unsent = new ArrayDeque<>();
    private final Deque<Consumer<ByteBuffer>> awaited = new ArrayDeque<>();
    private ByteBuffer in = ByteBuffer.allocate(USUAL_ANSWER_BYTES);

    Link(Selector selector, int port) throws IOException {
        channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        channel.socket().setTcpNoDelay(true);
        channel.configureBlocking(false);
        key = channel.register(selector, SelectionKey.OP_READ, this);
    }

    /**
     * Sends a request.
     *
     * @param taker gets its answer, without the size, which is good until it returns
     */
    void send(Frame frame, Consumer<ByteBuffer> taker) {
        awaited.add(taker);
        unsent.add(frame.bytes());
        try {
            write();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean isIdle() {
        return awaited.isEmpty();
    }

    /** The selector says that there is something to do. */
    void ready() {
        try {
            if (key.isWritable()) {
                write();
            }
            if (key.isReadable()) {
                read();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write() throws IOException {
        while (!unsent.isEmpty()) {
            ByteBuffer next = unsent.getFirst();
            channel.write(next);
            if (next.hasRemaining()) {
                key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
                return;
            }
            unsent.removeFirst();
        }
        key.interestOps(SelectionKey.OP_READ);
    }

    private void read() throws IOException {
        if (channel.read(in) < 0) {
            throw new EOFException("The broker closed a connection");
        }
        in.flip();
        while (in.remaining() >= Integer.BYTES && in.remaining() >= Integer.BYTES + in.getInt(in.position())) {
            int size = in.getInt();
            ByteBuffer answer = in.slice(in.position(), size);
            in.position(in.position() + size);
            awaited.removeFirst().accept(answer);
        }
        int wanted = in.remaining() < Integer.BYTES ? 0 : Integer.BYTES + in.getInt(in.position());
        in = wanted > in.capacity() ? ByteBuffer.allocate(wanted).put(in) : in.compact();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
