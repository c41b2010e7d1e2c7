package dev.ottla.broker.data;

import dev.ottla.network.Connection;
import dev.ottla.network.EventLoop;
import dev.ottla.network.Exchange;
import dev.ottla.network.Reply;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** One request from a test and what became of it. The frame is overwritten once given back. */
final class TestExchange implements Exchange, Connection {
    private static final byte POISON = (byte) 0xEE;

    private final ByteBuffer frame;
    private final EventLoop loop;
    private boolean frameReleased;
    private boolean effectsDone;
    private boolean closed;
    private final CountDownLatch ended = new CountDownLatch(1);
    private String closeReason;
    private Reply reply;
    private Object attachment;

    TestExchange(ByteBuffer frame, EventLoop loop) {
        this.frame = frame;
        this.loop = loop;
    }

    Reply reply() {
        return reply;
    }

    boolean isEnded() {
        return ended.getCount() == 0;
    }

    String closeReason() {
        return closeReason;
    }

    /** Waits for the end of a request that another thread serves. */
    void awaitEnd() {
        try {
            if (!ended.await(10, TimeUnit.SECONDS)) {
                throw new AssertionError("Not answered in 10 seconds");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    boolean isFrameReleased() {
        return frameReleased;
    }

    boolean areEffectsDone() {
        return effectsDone;
    }

    /** The client goes away. */
    void hangUp() {
        closed = true;
    }

    @Override
    public ByteBuffer frame() {
        return frame;
    }

    @Override
    public void releaseFrame() {
        frameReleased = true;
        for (int i = 0; i < frame.capacity(); i++) {
            frame.put(i, POISON);
        }
    }

    @Override
    public void effectsDone() {
        effectsDone = true;
    }

    @Override
    public ByteBuffer replyBuffer(int sizeBytes) {
        return ByteBuffer.allocateDirect(sizeBytes);
    }

    @Override
    public void reply(Reply what) {
        end();
        reply = what;
        ended.countDown();
    }

    @Override
    public void noReply() {
        end();
        ended.countDown();
    }

    @Override
    public void close(String reason) {
        end();
        closed = true;
        closeReason = reason;
        ended.countDown();
    }

    private void end() {
        if (isEnded()) {
            throw new IllegalStateException("Ended twice");
        }
        effectsDone = true;
        releaseFrame();
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public Connection connection() {
        return this;
    }

    @Override
    public EventLoop loop() {
        return loop;
    }

    @Override
    public long id() {
        return 1;
    }

    @Override
    public InetSocketAddress localAddress() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 9092);
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 50_000);
    }

    @Override
    public String listenerName() {
        return "PLAINTEXT";
    }

    @Override
    public Object attachment() {
        return attachment;
    }

    @Override
    public void attach(Object what) {
        attachment = what;
    }
}
