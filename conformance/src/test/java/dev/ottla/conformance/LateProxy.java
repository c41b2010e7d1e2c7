package dev.ottla.conformance;

import dev.ottla.base.RandomSource;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.protocol.ApiKeys;

/**
 * Stands between clients and a broker, and spoils some requests of transactions: the client loses its connection, and the request comes to the broker seconds later, maybe
 * after its restart; or it comes at once, and nobody hears the answer.
 */
final class LateProxy implements AutoCloseable {
    private static final Set<Short> SPOILED = Set.of(
            ApiKeys.PRODUCE.id,
            ApiKeys.INIT_PRODUCER_ID.id,
            ApiKeys.ADD_PARTITIONS_TO_TXN.id,
            ApiKeys.ADD_OFFSETS_TO_TXN.id,
            ApiKeys.TXN_OFFSET_COMMIT.id,
            ApiKeys.END_TXN.id);
    private static final int ONE_IN = 30;
    private static final int LATEST_MS = 5000;
    private static final int LONGEST_FRAME = 10 << 20;

    private final ServerSocket server;
    private final int brokerPort;
    private final RandomSource random;
    private final AtomicInteger late = new AtomicInteger();
    private final AtomicInteger unheard = new AtomicInteger();

    LateProxy(int brokerPort, long seed) throws IOException {
        this.brokerPort = brokerPort;
        this.random = RandomSource.seeded(seed);
        this.server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException e) {
                if (!server.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void serve(Socket client) {
        try (client;
                Socket broker = connect()) {
            Thread.ofVirtual().start(() -> answers(broker, client));
            requests(client, broker);
        } catch (IOException endOfEither) {
            // The other side sees its connection closed.
        }
    }

    private Socket connect() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), brokerPort);
    }

    private static void answers(Socket broker, Socket client) {
        try (broker;
                client) {
            broker.getInputStream().transferTo(client.getOutputStream());
        } catch (IOException endOfEither) {
            // Both are closed now.
        }
    }

    private void requests(Socket client, Socket broker) throws IOException {
        DataInputStream in = new DataInputStream(client.getInputStream());
        DataOutputStream out = new DataOutputStream(broker.getOutputStream());
        while (true) {
            byte[] frame = frame(in);
            if (SPOILED.contains(ByteBuffer.wrap(frame).getShort()) && below(ONE_IN) == 0) {
                if (below(2) == 0) {
                    unheard.incrementAndGet();
                    client.close();
                    send(frame, out);
                } else {
                    late.incrementAndGet();
                    client.close();
                    sendLate(frame, out);
                }
                return;
            }
            send(frame, out);
        }
    }

    private static byte[] frame(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < Short.BYTES || length > LONGEST_FRAME) {
            throw new EOFException("A frame of " + length + " bytes");
        }
        return in.readNBytes(length);
    }

    private static void send(byte[] frame, DataOutputStream out) throws IOException {
        out.writeInt(frame.length);
        out.write(frame);
        out.flush();
    }

    /** On the connection that it was meant for, or on a new one when the broker was restarted. */
    private void sendLate(byte[] frame, DataOutputStream out) throws IOException {
        try {
            new CountDownLatch(1).await(below(LATEST_MS), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try {
            send(frame, out);
        } catch (IOException restarted) {
            try (Socket another = connect()) {
                send(frame, new DataOutputStream(another.getOutputStream()));
                another.shutdownOutput();
                another.getInputStream().transferTo(OutputStream.nullOutputStream());
            }
        }
    }

    private int below(int bound) {
        synchronized (random) {
            return Math.floorMod(random.nextLong(), bound);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    @Override
    public String toString() {
        return late + " requests came late, " + unheard + " answers were not heard";
    }
}
