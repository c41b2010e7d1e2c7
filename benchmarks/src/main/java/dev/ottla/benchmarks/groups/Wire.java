package dev.ottla.benchmarks.groups;

import dev.ottla.benchmarks.broker.BrokerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.protocol.ApiMessage;
import org.jspecify.annotations.Nullable;

/** Many connections to one broker, served by the thread that calls: hundreds of members that cost the machine little but the broker's work. */
final class Wire implements AutoCloseable {
    private static final long PATIENCE_NANOS = 180_000_000_000L;
    private static final long NAP_NANOS = 50_000;

    private final Selector selector;
    private final int port;
    private final Link own;

    Wire(BrokerProcess broker) throws IOException {
        selector = Selector.open();
        port = broker.port();
        own = connect();
    }

    Link connect() {
        try {
            return new Link(selector, port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<Link> connect(int count) {
        List<Link> links = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            links.add(connect());
        }
        return links;
    }

    /** Serves all connections until something is so; fails when that takes minutes. */
    void until(String what, BooleanSupplier done) {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (!done.getAsBoolean()) {
            serve(100);
            if (System.nanoTime() > end) {
                throw new IllegalStateException("Still not so: " + what);
            }
        }
    }

    /** Serves what is there, and otherwise sleeps a little: for those who have the next thing to do at a time of their own. */
    void serveBriefly(long untilNanos) {
        try {
            if (selector.selectNow(key -> ((Link) key.attachment()).ready()) == 0) {
                LockSupport.parkNanos(Math.min(NAP_NANOS, untilNanos - System.nanoTime()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Serves whoever has something within the time. */
    void serve(long atMostMs) {
        try {
            selector.select(key -> ((Link) key.attachment()).ready(), atMostMs);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Asks and waits, on a connection for that. */
    <T extends ApiMessage> T ask(ApiMessage request, int version, Class<T> type) {
        Frame frame = Frame.of(request, version);
        AtomicReference<@Nullable ApiMessage> answer = new AtomicReference<>();
        own.send(frame, (ByteBuffer said) -> answer.set(frame.read(said)));
        until("an answer to " + type, own::isIdle);
        return Objects.requireNonNull(type.cast(answer.get()));
    }

    @Override
    public void close() throws IOException {
        selector.keys().forEach(key -> ((Link) key.attachment()).close());
        selector.close();
    }
}
