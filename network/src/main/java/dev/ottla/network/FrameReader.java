package dev.ottla.network;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a connection's bytes into frames. Sockets are read into the loop's buffer; whole frames are cut out of it at once. A frame that has
 * not arrived whole is kept in a buffer of its own that grows with what has arrived, whatever size was announced; its first eight bytes are
 * kept in a field, so a client that sends no more costs no buffer. Whole frames that may not be handed out yet stay in a stash of at most
 * one read, and the socket is not read meanwhile.
 */
final class FrameReader {
    /** The size, then the API key and version that the gate is asked with. */
    private static final int HEAD_BYTES = 8;

    private static final int GATE_BYTES = 4;
    /** Frames grow fourfold up to here, so that a usual produce is copied little, and double from here. */
    private static final int FAST_GROWTH_BYTES = 512 * 1024;

    private static final int LARGE_FRAME_BYTES = 64 * 1024;
    /** A frame that lacks no more than this is read together with what follows it. */
    private static final int SMALL_REST_BYTES = 32 * 1024;

    private static final int DISCARDS = 64;

    private final NioConnection connection;
    private final NioLoop loop;
    private final SocketChannel channel;
    private final MemoryTurn memory;

    private long head;
    private int headBytes;
    private int frameBytes;
    private @Nullable PooledBuffer partial;
    private @Nullable PooledBuffer stash;
    private boolean inputEnded;

    FrameReader(NioConnection connection, NioLoop loop, SocketChannel channel, MemoryTurn memory) {
        this.memory = memory;
        this.connection = connection;
        this.loop = loop;
        this.channel = channel;
    }

    boolean hasStash() {
        return stash != null;
    }

    boolean inputEnded() {
        return inputEnded;
    }

    /** Whether a frame has begun to arrive and holds memory. */
    boolean isMidFrame() {
        return partial != null;
    }

    /** Reads once, hands out what is whole and may be, and keeps the rest. */
    void read() throws IOException {
        if (!memory.mayRead() || !makeRoom()) {
            memory.startWaiting(connection);
            return;
        }
        ByteBuffer shared = loop.readBuffer.clear();
        long count = partial == null ? channel.read(shared) : readPartial(partial.bytes, shared);
        if (count < 0) {
            end();
        } else if (count > 0) {
            loop.server.metrics().bytesIn.add(count);
            connection.touched();
            if (partial != null && partial.bytes.position() == frameBytes) {
                handOutPartial(partial);
            }
            cut(shared.flip());
            keep(shared);
        }
        memory.settle(partial != null);
    }

    /** Goes on with what has been read already. */
    void dispatchStash() {
        PooledBuffer from = stash;
        if (from == null || !connection.mayDispatch()) {
            return;
        }
        stash = null;
        cut(from.bytes);
        if (from.bytes.hasRemaining() && connection.takesRequests()) {
            stash = from;
        } else {
            loop.pool.release(from);
        }
    }

    /**
     * Takes what the kernel still has and throws it away: a socket closed over unread bytes is reset, and a reset may overtake the last
     * replies.
     */
    void discardUnread() throws IOException {
        for (int i = 0; i < DISCARDS; i++) {
            if (channel.read(loop.readBuffer.clear()) <= 0) {
                return;
            }
        }
    }

    /** Forgets everything that has not been handed out. */
    void dropInput() {
        if (partial != null) {
            loop.pool.release(partial);
            partial = null;
        }
        if (stash != null) {
            loop.pool.release(stash);
            stash = null;
        }
        headBytes = 0;
    }

    private void end() {
        inputEnded = true;
        dropInput();
    }

    /** Grows a large frame's buffer when it is full; false when there is no memory for it now. */
    private boolean makeRoom() {
        PooledBuffer full = partial;
        if (full == null || full.bytes.hasRemaining()) {
            return true;
        }
        int wanted = capacityFor(full.bytes.position());
        if (!memory.mayGrow(wanted)) {
            return false;
        }
        partial = grown(full, wanted);
        return true;
    }

    private long readPartial(ByteBuffer rest, ByteBuffer shared) throws IOException {
        if (rest.limit() < frameBytes || rest.remaining() > SMALL_REST_BYTES) {
            shared.limit(0);
            int count = channel.read(rest);
            shared.position(0);
            return count;
        }
        ByteBuffer[] pair = loop.pair;
        pair[0] = rest;
        pair[1] = shared;
        try {
            return channel.read(pair);
        } finally {
            Arrays.fill(pair, null);
        }
    }

    private void cut(ByteBuffer source) {
        while (source.hasRemaining() && connection.mayDispatch()) {
            if (partial != null) {
                fill(source);
            } else if (readHead(source)) {
                beginFrame(source);
            }
        }
    }

    /** Takes the head's bytes; true once it is whole and the gate lets the frame in. */
    private boolean readHead(ByteBuffer source) {
        if (headBytes == 0 && source.remaining() >= HEAD_BYTES) {
            head = source.getLong();
            headBytes = HEAD_BYTES;
        }
        while (headBytes < HEAD_BYTES && source.hasRemaining()) {
            head = (head << 8) | (source.get() & 0xFF);
            headBytes++;
            if (headBytes == Integer.BYTES && !sizeFits((int) head)) {
                return false;
            }
        }
        if (headBytes < HEAD_BYTES) {
            return false;
        }
        frameBytes = (int) (head >>> 32);
        return sizeFits(frameBytes) && gateAllows();
    }

    private boolean sizeFits(int announced) {
        if (announced < GATE_BYTES) {
            connection.close("a frame of " + announced + " bytes was announced, which no request can have");
            return false;
        }
        int most = loop.server.gate().largestFrameBytes();
        if (announced > most) {
            connection.close("a frame of " + announced + " bytes was announced, and at most " + most + " are taken");
            return false;
        }
        return true;
    }

    private boolean gateAllows() {
        short first = (short) (head >>> 16);
        short second = (short) head;
        int most = loop.server.gate().maxFrameBytes(first, second);
        if (frameBytes > most) {
            connection.close("a frame of " + frameBytes + " bytes was announced (beginning with " + first + ", "
                    + second + "), and at most " + Math.max(0, most) + " are taken");
            return false;
        }
        return true;
    }

    private void beginFrame(ByteBuffer source) {
        headBytes = 0;
        int rest = frameBytes - GATE_BYTES;
        if (source.remaining() >= rest) {
            PooledBuffer whole = loop.pool.take(frameBytes);
            whole.bytes.putInt(0, (int) head).put(GATE_BYTES, source, source.position(), rest);
            source.position(source.position() + rest);
            connection.dispatch(whole, false);
            return;
        }
        PooledBuffer begun = loop.pool.take(capacityFor(GATE_BYTES + source.remaining()));
        begun.bytes.limit(Math.min(begun.capacity(), frameBytes));
        begun.bytes.putInt((int) head).put(source);
        partial = begun;
    }

    private void fill(ByteBuffer source) {
        PooledBuffer into = partial;
        if (into == null) {
            return;
        }
        if (!into.bytes.hasRemaining()) {
            into = grown(into, capacityFor(into.bytes.position()));
            partial = into;
        }
        int count = Math.min(source.remaining(), into.bytes.remaining());
        int at = into.bytes.position();
        into.bytes.put(at, source, source.position(), count).position(at + count);
        source.position(source.position() + count);
        if (into.bytes.position() == frameBytes) {
            handOutPartial(into);
        }
    }

    private void handOutPartial(PooledBuffer whole) {
        partial = null;
        whole.bytes.flip();
        connection.dispatch(whole, frameBytes > LARGE_FRAME_BYTES && memory.isPassing());
    }

    private PooledBuffer grown(PooledBuffer full, int wanted) {
        PooledBuffer larger = loop.pool.take(wanted);
        larger.bytes.limit(Math.min(larger.capacity(), frameBytes));
        larger.bytes.put(full.bytes.flip());
        loop.pool.release(full);
        return larger;
    }

    /** What a frame's buffer may hold when so much of it has arrived: never the announced size for its own sake. */
    private int capacityFor(int arrived) {
        long grown = (long) arrived * (arrived < FAST_GROWTH_BYTES ? 4 : 2);
        return (int) Math.min(frameBytes, grown);
    }

    /** Keeps what was read and may not be handed out yet. */
    private void keep(ByteBuffer source) {
        if (source.hasRemaining() && connection.takesRequests()) {
            PooledBuffer kept = loop.pool.take(source.remaining());
            kept.bytes.put(source).flip();
            stash = kept;
        }
    }
}
