package dev.ottla.network;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A socket with what was read of it ({@link FrameReader}) and what is to be sent on it ({@link ReplyWriter}); decides when the next request
 * may be handed out and when the socket is read. Lives on its loop; {@code closed} alone is read elsewhere.
 */
final class NioConnection implements Connection, ReadyHandler {
    private static final Logger LOG = LoggerFactory.getLogger(NioConnection.class);
    /** How often one pump may hand out requests and send their replies before other connections have their turn. */
    private static final int ROUNDS_PER_PUMP = 8;

    /** Place in the loop's list. */
    int index;
    /** Whether the loop will pump it at the end of the turn. */
    boolean dirty;

    private final long id;
    private final NioLoop loop;
    private final SocketChannel channel;
    private final InetSocketAddress local;
    private final InetSocketAddress remote;
    private final String listenerName;
    private final FrameReader reader;
    private final ReplyWriter writer;
    private final SelectionKey key;
    private final MemoryTurn memory;
    private @Nullable Object attachment;

    private int ops = SelectionKey.OP_READ;
    private @Nullable PendingExchange holding;
    private boolean noMoreRequests;
    private boolean pumping;
    private long activeNanos;
    private boolean halfCloseTimed;
    private volatile boolean closed;

    NioConnection(long id, NioLoop loop, SocketChannel channel, String listenerName) throws IOException {
        this.id = id;
        this.loop = loop;
        this.channel = channel;
        this.listenerName = listenerName;
        this.local = (InetSocketAddress) channel.getLocalAddress();
        this.remote = (InetSocketAddress) channel.getRemoteAddress();
        this.memory = new MemoryTurn(loop, id);
        this.reader = new FrameReader(this, loop, channel, memory);
        this.writer = new ReplyWriter(this, loop, channel, remote.getAddress().equals(local.getAddress()));
        this.activeNanos = loop.nowNanos();
        this.key = channel.register(loop.selector(), ops, this);
    }

    void opened() {
        try {
            loop.server.listener().onOpened(this);
        } catch (RuntimeException failure) {
            fail(failure);
        }
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public InetSocketAddress localAddress() {
        return local;
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return remote;
    }

    @Override
    public String listenerName() {
        return listenerName;
    }

    @Override
    public @Nullable Object attachment() {
        return attachment;
    }

    @Override
    public void attach(@Nullable Object attachment) {
        this.attachment = attachment;
    }

    NioLoop loop() {
        return loop;
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public void onReady(int readyOps) {
        if (closed) {
            return;
        }
        if ((readyOps & SelectionKey.OP_WRITE) != 0) {
            setOps(ops & ~SelectionKey.OP_WRITE);
            writer.writable();
        }
        if ((readyOps & SelectionKey.OP_READ) != 0) {
            if (wantsRead()) {
                read();
            } else {
                // Left on until now: mostly nothing arrives before reading goes on, and a change costs a system call.
                setOps(ops & ~SelectionKey.OP_READ);
            }
        }
        pump();
    }

    private void read() {
        boolean before = pumping;
        pumping = true;
        try {
            reader.read();
        } catch (IOException failure) {
            LOG.debug("Reading from {} failed", this, failure);
            close(null);
        } catch (RuntimeException failure) {
            fail(failure);
        } finally {
            pumping = before;
        }
    }

    /** Hands out what may be handed out and sends what may be sent. */
    void pump() {
        if (closed || pumping) {
            return;
        }
        pumping = true;
        try {
            for (int round = 1; ; round++) {
                reader.dispatchStash();
                writer.flush();
                if (closed || !reader.hasStash() || !mayDispatch()) {
                    break;
                }
                if (round == ROUNDS_PER_PUMP) {
                    loop.pumpLater(this);
                    break;
                }
            }
        } catch (IOException failure) {
            LOG.debug("Sending to {} failed", this, failure);
            close(null);
        } catch (RuntimeException failure) {
            fail(failure);
        } finally {
            pumping = false;
        }
        settle();
    }

    private void fail(RuntimeException failure) {
        LOG.error("{} failed", this, failure);
        close(null);
    }

    private void settle() {
        if (closed) {
            return;
        }
        boolean over = noMoreRequests || (reader.inputEnded() && !reader.hasStash());
        if (over && writer.isEmpty()) {
            closeInTurn(null);
            return;
        }
        if (reader.inputEnded() && !halfCloseTimed) {
            // The client has shut down its sending side, or is gone: nobody can tell.
            halfCloseTimed = true;
            loop.schedule(loop.server.limits().halfCloseGraceMs(), () -> close(null));
        }
        int wanted = ops;
        if (wantsRead()) {
            wanted |= SelectionKey.OP_READ;
        } else if (reader.inputEnded()) {
            wanted &= ~SelectionKey.OP_READ;
        }
        if (writer.isBlocked()) {
            wanted |= SelectionKey.OP_WRITE;
        }
        setOps(wanted);
    }

    private void setOps(int wanted) {
        if (wanted == ops || closed) {
            return;
        }
        ops = wanted;
        try {
            key.interestOps(wanted);
        } catch (CancelledKeyException gone) {
            close(null);
        }
    }

    private boolean wantsRead() {
        return mayDispatch() && !reader.hasStash() && !reader.inputEnded() && !memory.isWaiting();
    }

    /** Whether the connection's next request may be handed out. */
    boolean mayDispatch() {
        NetworkLimits limits = loop.server.limits();
        return holding == null
                && !noMoreRequests
                && !closed
                && writer.pending() < limits.maxPipelinedRequests()
                && writer.queuedBytes() < limits.maxQueuedReplyBytes();
    }

    /** Whether what arrives is still of interest. */
    boolean takesRequests() {
        return !noMoreRequests && !closed;
    }

    /** Hands a whole frame out. */
    void dispatch(PooledBuffer frame, boolean underPass) {
        if (underPass) {
            memory.frameHandedOut();
        }
        PendingExchange exchange = new PendingExchange(this, frame, underPass);
        holding = exchange;
        writer.enqueue(exchange);
        loop.server.metrics().frames.increment();
        try {
            loop.server.listener().onRequest(exchange);
        } catch (Exception | StackOverflowError | LinkageError | AssertionError failure) {
            LOG.error("A request of {} failed", this, failure);
            exchange.close("its request failed");
            dispatchNoMore();
        }
    }

    void effectsDone(PendingExchange exchange) {
        if (holding == exchange) {
            holding = null;
            pumpSoon();
        }
    }

    /** The exchange has its reply, or goes without. */
    void ended(PendingExchange exchange) {
        if (holding == exchange) {
            holding = null;
        }
        Reply reply = exchange.reply;
        if (reply != null) {
            if (reply.sizeBytes() > Integer.MAX_VALUE) {
                close("a reply of " + reply.sizeBytes() + " bytes cannot be sent");
                return;
            }
            writer.queued(reply);
        }
        pumpSoon();
    }

    private void pumpSoon() {
        if (!pumping && !closed) {
            loop.pumpLater(this);
        }
    }

    /** What comes from now on is ignored; replies to what came before are still sent. */
    void dispatchNoMore() {
        noMoreRequests = true;
        reader.dropInput();
    }

    void drain() {
        dispatchNoMore();
        settle();
    }

    void touched() {
        activeNanos = loop.nowNanos();
    }

    /** Tries to read again; it may have to wait again. */
    void memoryEased() {
        if (memory.stopWaiting()) {
            if (!closed && wantsRead()) {
                read();
            }
            pump();
        }
    }

    /** A frame that came in under the memory budget's pass has been given back. */
    void frameUnderPassReleased() {
        memory.frameGivenBack(reader.isMidFrame());
    }

    /** Closes the connection if it is idle, or if it holds memory that others wait for and does not get on. */
    void sweep(long nowNanos, boolean pressure) {
        NetworkLimits limits = loop.server.limits();
        long quietMs = (nowNanos - activeNanos) / 1_000_000;
        boolean waitsForClient = writer.isEmpty() ? !memory.isWaiting() : writer.isBlocked();
        if (waitsForClient && quietMs >= limits.maxIdleMs()) {
            LOG.debug("{} was idle for {} ms", this, quietMs);
            close(null);
        } else if (pressure && isStalled(nowNanos, quietMs)) {
            close("it holds buffer memory that others wait for, and got on with nothing for "
                    + limits.stallUnderPressureMs() + " ms");
        }
    }

    private boolean isStalled(long nowNanos, long quietMs) {
        long stallMs = loop.server.limits().stallUnderPressureMs();
        boolean quiet = quietMs >= stallMs && (writer.isBlocked() || (reader.isMidFrame() && !memory.isWaiting()));
        return quiet || (reader.isMidFrame() && memory.isSlow(nowNanos, stallMs));
    }

    /** Closes once everything before is sent, so that it arrives. */
    void closeInTurn(@Nullable String reason) {
        try {
            if (!closed) {
                reader.discardUnread();
            }
        } catch (IOException failure) {
            LOG.debug("Reading from {} failed", this, failure);
        }
        close(reason);
    }

    /** @param reason why, for the log; null when there is nothing to tell */
    void close(@Nullable String reason) {
        if (closed) {
            return;
        }
        closed = true;
        if (reason != null) {
            LOG.warn("Closing {}: {}", this, reason);
        }
        key.cancel();
        try {
            channel.close();
        } catch (IOException failure) {
            LOG.debug("Closing {} failed", this, failure);
        }
        reader.dropInput();
        writer.dispose();
        memory.end();
        loop.remove(this);
        loop.server.quota().leave(remote.getAddress());
        loop.server.metrics().closed.increment();
        try {
            loop.server.listener().onClosed(this);
        } catch (RuntimeException failure) {
            LOG.error("The listener failed as {} was closed", this, failure);
        }
    }

    @Override
    public String toString() {
        return "connection " + id + " (" + listenerName + ", " + remote + ")";
    }
}
