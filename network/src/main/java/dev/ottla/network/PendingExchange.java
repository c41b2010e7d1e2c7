package dev.ottla.network;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request on its way to its reply. Its own state moves on the loop only; {@code ended} alone is decided by whoever comes first, on any
 * thread.
 *
 * <pre>
 *   WORKING --reply--> REPLIED --(all before it sent, then itself)--> gone
 *           --noReply--> SILENT --(all before it sent)--> gone
 *           --close--> CLOSING --(all before it sent)--> the connection closes
 * </pre>
 */
final class PendingExchange implements Exchange {
    enum State {
        WORKING,
        REPLIED,
        SILENT,
        CLOSING
    }

    private static final VarHandle ENDED;

    static {
        try {
            ENDED = MethodHandles.lookup().findVarHandle(PendingExchange.class, "ended", boolean.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private final NioConnection connection;
    private @Nullable PooledBuffer frame;
    private @Nullable PooledBuffer replyBuffer;
    private @Nullable List<PooledBuffer> moreReplyBuffers;
    private boolean effectsDone;
    /** Set when the frame came in under the memory budget's pass, which ends with it. */
    private final boolean underPass;

    @SuppressWarnings("unused") // through ENDED
    private volatile boolean ended;

    State state = State.WORKING;

    @Nullable
    Reply reply;

    @Nullable
    String closeReason;

    /** The next request of the connection. */
    @Nullable
    PendingExchange next;

    PendingExchange(NioConnection connection, PooledBuffer frame, boolean underPass) {
        this.connection = connection;
        this.frame = frame;
        this.underPass = underPass;
    }

    @Override
    public ByteBuffer frame() {
        PooledBuffer buffer = frame;
        if (buffer == null) {
            throw new IllegalStateException("The frame has been released");
        }
        return buffer.bytes;
    }

    @Override
    public void releaseFrame() {
        if (connection.loop().isCurrentThread()) {
            dropFrame();
        } else {
            connection.loop().execute(this::dropFrame);
        }
    }

    @Override
    public void effectsDone() {
        if (connection.loop().isCurrentThread()) {
            letNextGo();
        } else {
            connection.loop().execute(this::letNextGo);
        }
    }

    @Override
    public ByteBuffer replyBuffer(int sizeBytes) {
        if (!connection.loop().isCurrentThread()) {
            throw new IllegalStateException("A reply buffer is taken on the connection's loop");
        }
        if (ended) {
            throw new IllegalStateException("The exchange has ended");
        }
        PooledBuffer buffer = connection.loop().pool.take(sizeBytes);
        if (replyBuffer == null) {
            replyBuffer = buffer;
        } else {
            if (moreReplyBuffers == null) {
                moreReplyBuffers = new ArrayList<>(2);
            }
            moreReplyBuffers.add(buffer);
        }
        return buffer.bytes;
    }

    @Override
    public void reply(Reply reply) {
        if (!end()) {
            reply.closeSlices(0);
        } else if (connection.loop().isCurrentThread()) {
            complete(State.REPLIED, reply, null);
        } else {
            connection.loop().execute(() -> complete(State.REPLIED, reply, null));
        }
    }

    @Override
    public void noReply() {
        endWithout(State.SILENT, null);
    }

    @Override
    public void close(String reason) {
        endWithout(State.CLOSING, reason);
    }

    private void endWithout(State how, @Nullable String reason) {
        if (!end()) {
            return;
        }
        if (connection.loop().isCurrentThread()) {
            complete(how, null, reason);
        } else {
            connection.loop().execute(() -> complete(how, null, reason));
        }
    }

    @Override
    public boolean isClosed() {
        return connection.isClosed();
    }

    @Override
    public Connection connection() {
        return connection;
    }

    @Override
    public EventLoop loop() {
        return connection.loop();
    }

    private boolean end() {
        return ENDED.compareAndSet(this, false, true);
    }

    private void complete(State how, @Nullable Reply with, @Nullable String reason) {
        dropFrame();
        state = how;
        reply = with;
        closeReason = reason;
        if (connection.isClosed()) {
            dispose(0);
            return;
        }
        if (how == State.CLOSING) {
            connection.dispatchNoMore();
        }
        effectsDone = true;
        connection.ended(this);
    }

    private void letNextGo() {
        if (!effectsDone) {
            effectsDone = true;
            connection.effectsDone(this);
        }
    }

    private void dropFrame() {
        PooledBuffer buffer = frame;
        if (buffer != null) {
            frame = null;
            connection.loop().pool.release(buffer);
            if (underPass) {
                connection.frameUnderPassReleased();
            }
        }
    }

    /** Gives everything back, once sent or never to be sent; the reply's slices from part {@code firstOpenPart} on are still open. */
    void dispose(int firstOpenPart) {
        Reply closing = reply;
        if (closing != null) {
            reply = null;
            closing.closeSlices(firstOpenPart);
        }
        if (replyBuffer != null) {
            connection.loop().pool.release(replyBuffer);
            replyBuffer = null;
        }
        if (moreReplyBuffers != null) {
            moreReplyBuffers.forEach(connection.loop().pool::release);
            moreReplyBuffers = null;
        }
    }
}
