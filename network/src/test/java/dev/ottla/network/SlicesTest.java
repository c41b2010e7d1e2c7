package dev.ottla.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ottla.base.FileHandle;
import dev.ottla.base.Files;
import dev.ottla.base.RandomSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SlicesTest {
    private static final int FILE_BYTES = 24 << 20;
    private final List<CountedSlice> slices = new CopyOnWriteArrayList<>();
    private final byte[] content = new byte[FILE_BYTES];

    @TempDir
    Path folder;

    private FileHandle file;

    @BeforeEach
    void writeFile() throws IOException {
        RandomSource random = RandomSource.seeded(11);
        ByteBuffer bytes = ByteBuffer.wrap(content);
        while (bytes.remaining() >= Long.BYTES) {
            bytes.putLong(random.nextLong());
        }
        file = Files.system().open(folder.resolve("segment"), true);
        file.write(ByteBuffer.wrap(content), 0);
    }

    @AfterEach
    void closeFile() throws IOException {
        file.close();
    }

    private CountedSlice slice(long position, int sizeBytes) {
        CountedSlice slice = new CountedSlice(file, position, sizeBytes);
        slices.add(slice);
        return slice;
    }

    @ParameterizedTest
    @EnumSource
    void aLargeSliceArrivesWholeAndBoundedPieceByPiece(RawClient.Side side) {
        // Given 64 KiB at most a turn
        int perTurn = 64 * 1024;
        try (TestServer server = TestServer.start(limits -> limits.transferBytesPerTurn(perTurn), exchange -> {
                    Reply reply = Reply.of(ByteBuffer.wrap(new byte[] {1, 2, 3}))
                            .add(slice(5, FILE_BYTES - 5))
                            .add(slice(0, 0))
                            .add(ByteBuffer.wrap(new byte[] {4}));
                    exchange.reply(reply);
                });
                RawClient client = new RawClient(server.address(), 0, side)) {
            // When the whole file is asked for, twice
            client.sendFrame("file");
            client.sendFrame("file");

            // Then it comes between the bytes before and behind it
            for (int i = 0; i < 2; i++) {
                byte[] reply = client.receive();
                assertThat(reply)
                        .hasSize(3 + FILE_BYTES - 5 + 1)
                        .startsWith(1, 2, 3)
                        .endsWith(4);
                assertThat(Arrays.equals(reply, 3, reply.length - 1, content, 5, FILE_BYTES))
                        .isTrue();
            }
            await().untilAsserted(() -> assertThat(slices).hasSize(4).allMatch(slice -> slice.closes.get() == 1));
            assertThat(slices).allMatch(slice -> slice.largestTransfer <= perTurn);
        }
    }

    @ParameterizedTest
    @EnumSource
    void mixedPartsArriveWholeWhateverTheirSizes(RawClient.Side side) {
        for (long seed = 1; seed <= 30; seed++) {
            // Given replies of random parts: heap, direct, pooled, slices, empty ones
            RandomSource random = RandomSource.seeded(seed);
            List<byte[]> expected = new CopyOnWriteArrayList<>();
            try (TestServer server = TestServer.start(limits -> limits.transferBytesPerTurn(100_000), exchange -> {
                        Reply reply = new Reply();
                        expected.add(randomReply(exchange, reply, random));
                        exchange.reply(reply);
                    });
                    RawClient client = new RawClient(server.address(), 8192, side)) {
                // When they are asked for in a pipeline
                for (int i = 0; i < 20; i++) {
                    client.sendFrame("parts");
                }

                // Then every byte is right
                for (int i = 0; i < 20; i++) {
                    assertThat(Arrays.equals(client.receive(), expected.get(i)))
                            .as("seed %d, reply %d", seed, i)
                            .isTrue();
                }
                await().untilAsserted(() -> assertThat(slices).allMatch(slice -> slice.closes.get() == 1));
            }
        }
    }

    private byte[] randomReply(Exchange exchange, Reply reply, RandomSource random) {
        ByteBuffer all = ByteBuffer.allocate(400_000);
        for (int parts = below(random, 6); parts > 0; parts--) {
            int size = below(random, 1 << below(random, 17));
            int from = below(random, FILE_BYTES - size);
            ByteBuffer bytes = ByteBuffer.wrap(content, from, size);
            switch (below(random, 4)) {
                case 0 -> reply.add(bytes.duplicate());
                case 1 ->
                    reply.add(ByteBuffer.allocateDirect(size)
                            .put(bytes.duplicate())
                            .flip());
                case 2 ->
                    reply.add(exchange.replyBuffer(size).put(bytes.duplicate()).flip());
                case 3 -> reply.add(slice(from, size));
                default -> throw new AssertionError();
            }
            all.put(bytes);
        }
        return Arrays.copyOf(all.array(), all.position());
    }

    @Test
    void aClientOnThisMachineGetsCopiesAndAnotherWhatTheKernelSends() {
        // Given a reply with a large and a small slice
        int large = 1 << 20;
        try (TestServer server = TestServer.start(exchange -> exchange.reply(Reply.of(ByteBuffer.wrap(new byte[] {1}))
                        .add(slice(3, large))
                        .add(slice(9, 100))));
                RawClient near = server.connect();
                RawClient far = new RawClient(server.address(), 0, RawClient.Side.FAR)) {
            // When clients of both kinds ask for it
            near.sendFrame("near");
            byte[] toNear = near.receive();
            far.sendFrame("far.");

            // Then both get the same; what is small is copied for both, so that it leaves with what is before it
            assertThat(far.receive()).isEqualTo(toNear);
            assertThat(slices.stream().map(slice -> slice.transfers.get() > 0))
                    .containsExactly(false, false, true, false);
            assertThat(slices.stream().map(slice -> slice.copies.get() > 0)).containsExactly(true, true, false, true);
        }
    }

    @Test
    void whatASmallSendBufferDoesNotTakeIsNotReadOverAndOver() {
        // Given a socket that takes far less at a time than the loop can gather
        try (TestServer server = TestServer.start(
                        limits -> limits.sendBufferBytes(16 * 1024),
                        exchange -> exchange.reply(new Reply().add(slice(0, FILE_BYTES))));
                RawClient client = new RawClient(server.address(), 16 * 1024)) {
            // When a large slice is taken
            client.sendFrame("file");
            assertThat(client.receive()).isEqualTo(content);

            // Then it was read twice or so; a full gathering after each wait would be eight times and more
            assertThat(slices.getFirst().copiedBytes.get()).isLessThan(4L * FILE_BYTES);
        }
    }

    @Test
    void anAnswerBeforeASliceThatCannotBeReadArrives() {
        // Given an answer that waits for the one before it, with a slice that its file is too short for
        AtomicReference<Exchange> first = new AtomicReference<>();
        try (TestServer server = TestServer.start(exchange -> {
                    if (TestServer.text(exchange).equals("good")) {
                        exchange.effectsDone();
                        first.set(exchange);
                    } else {
                        exchange.reply(new Reply().add(slice(FILE_BYTES - 10, 20)));
                    }
                });
                RawClient client = server.connect()) {
            client.sendFrame("good");
            client.sendFrame("more");
            await().until(() -> !slices.isEmpty());

            // When both can be sent
            first.get().reply(TestServer.replyOf("whole"));

            // Then the good one arrives before the connection ends
            assertThat(client.receiveText()).isEqualTo("whole");
            assertThat(client.readSize()).isEqualTo(20);
            assertThat(client.readUntilClosed()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aResetDuringATransferClosesEverySliceOnce(RawClient.Side side) {
        // Given a client that takes a little of the first of three large replies
        try (TestServer server = TestServer.start(
                exchange -> exchange.reply(new Reply().add(slice(0, FILE_BYTES)).add(slice(0, 100))))) {
            try (RawClient client = new RawClient(server.address(), 4096, side)) {
                client.sendFrame("one.");
                client.sendFrame("two.");
                await().until(() -> !slices.isEmpty() && slices.getFirst().pieces() > 0);

                // When it goes away with a reset
                client.reset();
            }

            // Then all slices are closed, once
            await().untilAsserted(() -> {
                assertThat(server.metrics().connectionsOpen()).isZero();
                assertThat(slices).allMatch(slice -> slice.closes.get() == 1);
            });
        }
    }

    @Test
    void aReplyAfterTheConnectionsEndClosesItsSlices() {
        AtomicReference<Exchange> waiting = new AtomicReference<>();
        try (TestServer server = TestServer.start(waiting::set)) {
            // Given a request whose client has gone
            try (RawClient client = server.connect()) {
                client.sendFrame("wait");
                await().until(() -> waiting.get() != null);
                waiting.get().effectsDone();
                server.settle();
                client.reset();
            }
            await().until(waiting.get()::isClosed);

            // When it is answered, twice even
            waiting.get().reply(new Reply().add(slice(0, 100)));
            waiting.get().reply(new Reply().add(slice(0, 100)));

            // Then nothing stays open
            await().untilAsserted(() -> assertThat(slices).hasSize(2).allMatch(slice -> slice.closes.get() == 1));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFileShorterThanItsSliceClosesTheConnection(RawClient.Side side) {
        try (TestServer server =
                        TestServer.start(exchange -> exchange.reply(new Reply().add(slice(FILE_BYTES - 10, 20_000))));
                RawClient client = new RawClient(server.address(), 0, side)) {
            // When more is promised than the file has
            client.sendFrame("more");

            // Then the client sees the connection end inside the reply
            assertThat(client.readSize()).isEqualTo(20_000);
            assertThat(client.readUntilClosed()).isEqualTo(side == RawClient.Side.FAR ? 10 : 0);
            await().untilAsserted(() -> assertThat(slices).allMatch(slice -> slice.closes.get() == 1));
        }
    }

    @Test
    void repliesLeftAtTheServersEndCloseTheirSlices() {
        // Given a large reply that is not taken, and a server that does not wait long
        AtomicReference<Exchange> late = new AtomicReference<>();
        TestServer server = TestServer.start(limits -> limits.closeGraceMs(50), exchange -> {
            if (late.get() == null && TestServer.text(exchange).equals("late")) {
                exchange.releaseFrame();
                late.set(exchange);
            } else {
                exchange.reply(new Reply().add(slice(0, FILE_BYTES)));
            }
        });
        try (RawClient client = new RawClient(server.address(), 4096);
                RawClient other = server.connect()) {
            client.sendFrame("take");
            other.sendFrame("late");
            await().until(() -> late.get() != null && !slices.isEmpty());

            // When the server is closed, and one exchange ends after that
            server.close();
            late.get().reply(new Reply().add(slice(0, 10)));

            // Then nothing stays open
            assertThat(slices).hasSize(2).allMatch(slice -> slice.closes.get() == 1);
        }
    }

    private static int below(RandomSource random, int bound) {
        return (int) Long.remainderUnsigned(random.nextLong(), bound);
    }
}
