package dev.ottla.network;

import dev.ottla.base.FileSlice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A connection's requests in their order, and their replies on the way out. What is small is gathered in the loop's stage and sent with one
 * write; large direct buffers are sent from where they are, behind what was staged; large slices of files by transferTo, unless the client is
 * on this machine. What the socket does not take stays in the replies' own buffers and files: the stage is filled anew when it takes more.
 */
final class ReplyWriter {
    private static final int SIZE_BYTES = ReplyStage.SIZE_BYTES;
    /** Transfers that move nothing although the socket was writable: the file is shorter than its slice. */
    private static final int FRUITLESS_TRANSFERS = 3;

    private final NioConnection connection;
    private final NioLoop loop;
    private final SocketChannel channel;
    private final boolean sameMachine;
    /** Null until the socket took less than was offered for the first time: most never do. */
    private @Nullable WritePace pace;

    private @Nullable PendingExchange first;
    private @Nullable PendingExchange last;
    private int pending;
    private long queuedBytes;
    private boolean blocked;

    /** How far the first exchange's reply is sent; buffers also move their own position. */
    private int sizeSent;

    private int part;
    private int sliceSent;
    private int fruitless;

    /** @param sameMachine whether the client is on it */
    ReplyWriter(NioConnection connection, NioLoop loop, SocketChannel channel, boolean sameMachine) {
        this.connection = connection;
        this.loop = loop;
        this.channel = channel;
        this.sameMachine = sameMachine;
    }

    void enqueue(PendingExchange exchange) {
        if (last == null) {
            first = exchange;
        } else {
            last.next = exchange;
        }
        last = exchange;
        pending++;
    }

    void queued(Reply reply) {
        queuedBytes += SIZE_BYTES + reply.sizeBytes();
    }

    /** Requests handed out whose reply is not sent whole. */
    int pending() {
        return pending;
    }

    boolean isEmpty() {
        return first == null;
    }

    /** Bytes of replies that are complete but not sent. */
    long queuedBytes() {
        return queuedBytes;
    }

    /** Whether the socket took less than was offered. */
    boolean isBlocked() {
        return blocked;
    }

    void writable() {
        blocked = false;
    }

    /** Sends what is complete and in turn, as far as the socket takes it and the turn lasts. */
    void flush() throws IOException {
        long turnBytes = loop.server.limits().transferBytesPerTurn();
        while (!blocked) {
            PendingExchange exchange = firstToSend();
            if (exchange == null) {
                return;
            }
            if (turnBytes <= 0) {
                loop.pumpLater(connection);
                return;
            }
            Reply reply = exchange.reply;
            if (reply == null) {
                return;
            }
            long sent = sizeSent == SIZE_BYTES
                            && reply.parts().get(part) instanceof Reply.Slice(FileSlice slice)
                            && !ReplyStage.isCopied(slice, sameMachine)
                    ? transfer(slice, (int) turnBytes)
                    : write(exchange, (int) turnBytes);
            turnBytes -= sent;
            if (sent > 0) {
                loop.server.metrics().bytesOut.add(sent);
                connection.touched();
            }
        }
    }

    /** Passes over exchanges that send nothing; the first that has a reply, or null when it is not ready. */
    private @Nullable PendingExchange firstToSend() {
        while (first != null) {
            PendingExchange exchange = first;
            switch (exchange.state) {
                case WORKING -> {
                    return null;
                }
                case REPLIED -> {
                    return exchange;
                }
                case SILENT -> drop(exchange);
                case CLOSING -> {
                    connection.closeInTurn(exchange.closeReason);
                    return null;
                }
            }
        }
        return null;
    }

    private long transfer(FileSlice slice, int turnBytes) throws IOException {
        int left = slice.sizeBytes() - sliceSent;
        long sent = slice.transferTo(sliceSent, Math.min(left, turnBytes), channel);
        if (sent < 0 || sent > left) {
            throw new IOException("A file slice of " + left + " bytes sent " + sent);
        }
        if (sent == 0) {
            blocked = true;
            fruitless++;
            if (fruitless == FRUITLESS_TRANSFERS) {
                throw new IOException("A file slice sends nothing although the socket is writable");
            }
            return 0;
        }
        fruitless = 0;
        advance(sent);
        return sent;
    }

    private long write(PendingExchange next, int turnBytes) throws IOException {
        int most = pace == null ? turnBytes : (int) Math.min(turnBytes, pace.bytes());
        ByteBuffer large = loop.stage.gather(next, sizeSent, part, sliceSent, most, sameMachine);
        ByteBuffer stage = loop.stage.bytes();
        int offered = stage.remaining();
        long sent;
        if (large == null) {
            sent = channel.write(stage);
        } else {
            int limit = large.limit();
            large.limit(Math.min(limit, large.position() + turnBytes));
            int largeOffered = large.remaining();
            int before = large.position();
            try {
                sent = offered == 0 ? channel.write(large) : writePair(stage, large);
            } finally {
                large.limit(limit);
            }
            // advance() moves positions for what was sent, so this one goes back first.
            large.position(before);
            offered += largeOffered;
        }
        blocked = sent < offered;
        if (blocked && pace == null) {
            pace = new WritePace();
        }
        if (pace != null) {
            pace.took(sent, !blocked);
        }
        advance(sent);
        return sent;
    }

    private long writePair(ByteBuffer stage, ByteBuffer large) throws IOException {
        ByteBuffer[] pair = loop.pair;
        pair[0] = stage;
        pair[1] = large;
        try {
            return channel.write(pair);
        } finally {
            Arrays.fill(pair, null);
        }
    }

    /** Notes that so many bytes are sent: of the first reply, and perhaps of those behind it. */
    private void advance(long sent) {
        queuedBytes -= sent;
        long left = sent;
        while (first != null) {
            PendingExchange exchange = first;
            Reply reply = exchange.reply;
            if (exchange.state == PendingExchange.State.SILENT) {
                drop(exchange);
                continue;
            }
            if (reply == null) {
                return;
            }
            int size = (int) Math.min(left, SIZE_BYTES - sizeSent);
            sizeSent += size;
            left -= size;
            if (sizeSent < SIZE_BYTES) {
                return;
            }
            left = advanceParts(reply, left);
            if (part < reply.parts().size()) {
                return;
            }
            loop.server.metrics().replies.increment();
            drop(exchange);
        }
    }

    private long advanceParts(Reply reply, long bytes) {
        long left = bytes;
        for (; part < reply.parts().size(); part++) {
            switch (reply.parts().get(part)) {
                case Reply.Bytes(ByteBuffer buffer) -> {
                    int count = (int) Math.min(left, buffer.remaining());
                    buffer.position(buffer.position() + count);
                    left -= count;
                    if (buffer.hasRemaining()) {
                        return left;
                    }
                }
                case Reply.Slice(FileSlice slice) -> {
                    int count = (int) Math.min(left, slice.sizeBytes() - sliceSent);
                    sliceSent += count;
                    left -= count;
                    if (sliceSent < slice.sizeBytes()) {
                        return left;
                    }
                    sliceSent = 0;
                    Reply.close(slice);
                }
            }
        }
        return left;
    }

    private void drop(PendingExchange exchange) {
        exchange.dispose(Integer.MAX_VALUE);
        first = exchange.next;
        exchange.next = null;
        if (first == null) {
            last = null;
        }
        pending--;
        sizeSent = 0;
        part = 0;
        sliceSent = 0;
    }

    /** Gives back all replies; exchanges still worked on give theirs back when they end. */
    void dispose() {
        int open = part;
        for (PendingExchange exchange = first; exchange != null; exchange = exchange.next) {
            if (exchange.state != PendingExchange.State.WORKING) {
                exchange.dispose(open);
            }
            open = 0;
        }
        first = null;
        last = null;
        pending = 0;
        queuedBytes = 0;
        blocked = false;
    }
}
