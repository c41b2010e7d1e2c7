package dev.ottla.broker.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.base.ErrorCode;
import dev.ottla.broker.wire.ApiKeys;
import dev.ottla.broker.wire.ResponseEncoder;
import dev.ottla.coordinator.runtime.Waiter;
import dev.ottla.coordinator.txn.TransactionPartition;
import dev.ottla.network.NetworkServer;
import dev.ottla.record.BatchBuilder;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Over a real connection: what was sent first is appended first, however long it takes to validate. */
class ProduceOrderIT {
    private static final short VERSION = 9;
    private static final int PATIENCE_MS = 300;

    @TempDir
    private Path folder;

    @Test
    void aProduceNeverOvertakesWhatWasSentBeforeIt() throws Exception {
        // Given a broker whose worker threads wait for this test
        BlockingQueue<Runnable> work = new LinkedBlockingQueue<>();
        try (DataRoom room = new DataRoom(folder, work::add);
                NetworkServer server = NetworkServer.builder((key, version) -> 1 << 24, room.dispatcher())
                        .listener("PLAINTEXT", new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .start();
                Socket socket = new Socket()) {
            Uuid id = Wire.uuid(room.createTopic("t", 1));
            socket.connect(server.boundAddresses().get("PLAINTEXT"));

            // When a heavy batch and two small ones are sent without waiting for answers
            send(socket, DataRoom.frame(Batches.produce(1, "t", id, 0, Batches.heavy()), VERSION, 1));
            send(socket, DataRoom.frame(Batches.produce(1, "t", id, 0, Batches.of("a")), VERSION, 2));
            send(socket, DataRoom.frame(Batches.produce(1, "t", id, 0, Batches.of("b")), VERSION, 3));
            Runnable heavy = work.poll(10, TimeUnit.SECONDS);
            assertThat(heavy).isNotNull();

            // Then the small ones are not served while the heavy one waits for its worker
            socket.setSoTimeout(PATIENCE_MS);
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
            assertThat(room.partitions().byName("t", 0).endOffset()).isZero();

            // And once it is done, all three stand in the order they were sent
            heavy.run();
            socket.setSoTimeout(10_000);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            for (int i = 0; i < 3; i++) {
                assertThat(baseOffset(in, i + 1)).isEqualTo(i);
            }
        }
    }

    @Test
    void aProduceNeverOvertakesTheFirstBatchOfItsTransactionWhileThatIsAskedFor() throws Exception {
        // Given a broker whose coordinator waits for this test
        BlockingQueue<Waiter<Map<TransactionPartition, ErrorCode>>> asked = new LinkedBlockingQueue<>();
        try (DataRoom room = new DataRoom(folder);
                NetworkServer server = NetworkServer.builder((key, version) -> 1 << 24, room.dispatcher())
                        .listener("PLAINTEXT", new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .start();
                Socket socket = new Socket()) {
            room.ask((question, waiter) -> asked.add(waiter));
            Uuid id = Wire.uuid(room.createTopic("t", 2));
            socket.connect(server.boundAddresses().get("PLAINTEXT"));

            // When the first batch of a transaction and two behind it are sent without waiting for answers, the last
            // one of nobody's transaction
            send(socket, DataRoom.frame(transactional(id, 0), VERSION, 1));
            send(socket, DataRoom.frame(transactional(id, 1), VERSION, 2));
            send(socket, DataRoom.frame(Batches.produce(1, "t", id, 0, Batches.of("b")), VERSION, 3));
            Waiter<Map<TransactionPartition, ErrorCode>> first = asked.poll(10, TimeUnit.SECONDS);
            assertThat(first).isNotNull();

            // Then those behind it are neither served nor asked for while it waits
            socket.setSoTimeout(PATIENCE_MS);
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
            assertThat(room.partitions().byName("t", 0).endOffset()).isZero();
            assertThat(asked).isEmpty();

            // And once its coordinator knows of it, all three stand in the order they were sent
            first.answer(Map.of(new TransactionPartition("t", 0), ErrorCode.NONE));
            socket.setSoTimeout(10_000);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            for (int i = 0; i < 3; i++) {
                assertThat(baseOffset(in, i + 1)).isEqualTo(i);
            }
            assertThat(asked).isEmpty();
        }
    }

    private static ProduceRequestData transactional(Uuid id, int sequence) {
        ByteBuffer batch = new BatchBuilder()
                .producer(5, (short) 2, sequence)
                .transactional()
                .append(Batches.TIME_MS, null, ByteBuffer.wrap(new byte[] {1}))
                .build();
        return Batches.produce(1, "t", id, 0, batch).setTransactionalId("tx");
    }

    private static void send(Socket socket, ByteBuffer frame) throws IOException {
        byte[] bytes = new byte[4 + frame.remaining()];
        ByteBuffer.wrap(bytes).putInt(frame.remaining()).put(frame);
        socket.getOutputStream().write(bytes);
    }

    private static long baseOffset(DataInputStream in, int correlationId) throws IOException {
        byte[] reply = new byte[in.readInt()];
        in.readFully(reply);
        ByteBuffer bytes = ByteBuffer.wrap(reply);
        assertThat(bytes.getInt(0)).isEqualTo(correlationId);
        bytes.position(ResponseEncoder.headerSizeBytes(ApiKeys.PRODUCE, VERSION));
        ProduceResponseData response = Wire.parse(new ProduceResponseData(), bytes, VERSION);
        return response.responses()
                .iterator()
                .next()
                .partitionResponses()
                .getFirst()
                .baseOffset();
    }
}
