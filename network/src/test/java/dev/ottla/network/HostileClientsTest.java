package dev.ottla.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ottla.base.RandomSource;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Clients that send what no good client sends. */
class HostileClientsTest {
    private static final int HUGE = TestServer.LARGEST_FRAME_BYTES;

    private static byte[] announce(int sizeBytes, int thenBytes) {
        return ByteBuffer.allocate(4 + thenBytes).putInt(sizeBytes).array();
    }

    @Test
    void sizesThatCannotBeCloseTheirConnectionOnly() {
        try (TestServer server = TestServer.start(TestServer::echo);
                RawClient good = server.connect()) {
            for (int size : new int[] {-1, Integer.MIN_VALUE, 0, 1, 3, HUGE + 1, Integer.MAX_VALUE}) {
                // When a size is announced that no request has
                try (RawClient bad = server.connect()) {
                    bad.send(announce(size, size >= 0 && size < 4 ? 0 : 4));

                    // Then that connection ends
                    assertThat(bad.isClosedByServer()).as("size %d", size).isTrue();
                }
            }

            // And others go on
            good.sendFrame("still here");
            assertThat(good.receiveText()).isEqualTo("still here");
            await().untilAsserted(() ->
                    assertThat(server.metrics().bufferBytesInUse()).isZero());
        }
    }

    @Test
    void aBadSizeBehindGoodRequestsClosesToo() {
        try (TestServer server = TestServer.start(TestServer::echo);
                RawClient client = server.connect()) {
            byte[] good = RawClient.framed("good");
            client.send(
                    ByteBuffer.allocate(good.length + 4).put(good).putInt(-5).array());
            assertThat(client.readUntilClosed()).isLessThanOrEqualTo(good.length);
        }
    }

    @Test
    void theGateIsAskedWithTheFirstFourBytesBeforeMemoryIsTaken() {
        // Given a gate that takes 100 bytes of (1, 2), nothing of (7, 7)
        try (NetworkServer server = NetworkServer.builder(
                                (first, second) -> first == 1 && second == 2 ? 100 : first == 7 ? 0 : HUGE,
                                TestServer::echo)
                        .listener("TEST", new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .checkBuffers()
                        .start();
                RawClient allowed = new RawClient(server.boundAddresses().get("TEST"));
                RawClient tooLarge = new RawClient(server.boundAddresses().get("TEST"));
                RawClient notTaken = new RawClient(server.boundAddresses().get("TEST"))) {
            // When each kind comes
            allowed.send(RawClient.framed(ByteBuffer.allocate(100)
                    .putShort((short) 1)
                    .putShort((short) 2)
                    .array()));
            tooLarge.send(ByteBuffer.allocate(8)
                    .putInt(101)
                    .putShort((short) 1)
                    .putShort((short) 2)
                    .array());
            notTaken.send(ByteBuffer.allocate(8)
                    .putInt(4)
                    .putShort((short) 7)
                    .putShort((short) 7)
                    .array());

            // Then only what the gate allows passes
            assertThat(allowed.receive()).hasSize(100);
            assertThat(tooLarge.isClosedByServer()).isTrue();
            assertThat(notTaken.isClosedByServer()).isTrue();
        }
    }

    @Test
    void manyHugeAnnouncementsCostWhatWasSent() {
        List<RawClient> clients = new ArrayList<>();
        try (TestServer server = TestServer.start(TestServer::echo)) {
            // When 1000 connections announce 100 MiB each and send ten bytes of it
            int count = 1000;
            for (int i = 0; i < count; i++) {
                RawClient client = server.connect();
                clients.add(client);
                client.send(announce(HUGE, 10));
            }
            await().until(() -> server.metrics().bytesIn() == count * 14L);
            server.settle();

            // Then they hold next to nothing, and others are served
            assertThat(server.metrics().bufferBytesInUse()).isLessThanOrEqualTo(count * 256L);
            try (RawClient good = server.connect()) {
                good.sendFrame("good");
                assertThat(good.receiveText()).isEqualTo("good");
            }
        } finally {
            clients.forEach(RawClient::close);
        }
    }

    @Test
    void aFramesMemoryFollowsWhatHasArrived() {
        try (TestServer server = TestServer.start(TestServer::echo);
                RawClient client = server.connect()) {
            // When a frame of 100 MiB arrives bit by bit
            client.send(announce(HUGE, 0));
            long sent = 4;
            for (int piece : new int[] {4, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000}) {
                client.send(new byte[piece]);
                sent += piece;
                long arrived = sent;
                await().until(() -> server.metrics().bytesIn() == arrived);
                server.settle();

                // Then its memory is never more than eight times that, and a little
                assertThat(server.metrics().bufferBytesInUse()).isLessThanOrEqualTo(8 * sent + 256);
            }
        }
    }

    @Test
    void cutOffFramesLeaveNothingBehind() {
        RandomSource random = RandomSource.seeded(3);
        try (TestServer server = TestServer.start(TestServer::echo)) {
            // When 300 clients go away, politely or not, somewhere in a frame
            for (int i = 0; i < 300; i++) {
                byte[] frame = RawClient.framed(new byte[4 + below(random, 200_000)]);
                try (RawClient client = server.connect()) {
                    client.send(Arrays.copyOf(frame, 1 + below(random, frame.length - 1)));
                    switch (below(random, 3)) {
                        case 0 -> client.reset();
                        case 1 -> client.shutdownOutput();
                        default -> {
                            // The end of the block closes it.
                        }
                    }
                }
            }

            // Then no connection, no memory and no request of theirs is left
            await().untilAsserted(() -> {
                assertThat(server.metrics().connectionsAccepted()).isEqualTo(300);
                assertThat(server.metrics().connectionsOpen()).isZero();
                assertThat(server.metrics().bufferBytesInUse()).isZero();
            });
            assertThat(server.metrics().frames()).isZero();
        }
    }

    @Test
    void aClientThatHasShutDownItsSendingSideStillGetsItsReplies() {
        List<Exchange> held = new ArrayList<>();
        try (TestServer server = TestServer.start(held::add);
                RawClient client = server.connect()) {
            // Given two requests, the second not handed out yet, and the end of input behind them
            client.send(new byte[] {0, 0, 0, 4, 'o', 'n', 'e', '.', 0, 0, 0, 4, 't', 'w', 'o', '.'});
            client.shutdownOutput();
            await().until(() -> server.metrics().frames() == 1);
            server.settle();

            // When both are answered, the second after the end of input was seen
            held.getFirst().reply(TestServer.replyOf("1"));
            await().until(() -> server.metrics().frames() == 2);
            held.getLast().effectsDone();
            server.settle();
            held.getLast().reply(TestServer.replyOf("2"));

            // Then both replies come, and then the end
            assertThat(client.receiveText()).isEqualTo("1");
            assertThat(client.receiveText()).isEqualTo("2");
            assertThat(client.isClosedByServer()).isTrue();
        }
    }

    @Test
    void theMemoryOfARequestInWorkIsNobodyElsesThoughItsClientHasGone() {
        // Given a request whose frame and reply buffer are in use
        List<Exchange> held = new CopyOnWriteArrayList<>();
        List<ByteBuffer> replies = new CopyOnWriteArrayList<>();
        try (TestServer server = TestServer.start(exchange -> {
            ByteBuffer reply =
                    exchange.replyBuffer(4).put(new byte[] {1, 2, 3, 4}).flip();
            exchange.effectsDone();
            replies.add(reply);
            held.add(exchange);
        })) {
            // When its client goes away
            try (RawClient client = server.connect()) {
                client.sendFrame("mine");
                await().until(() -> held.size() == 1);
                client.reset();
            }
            await().until(held.getFirst()::isClosed);

            // Then both are untouched until it ends
            assertThat(TestServer.text(held.getFirst())).isEqualTo("mine");
            assertThat(replies.getFirst()).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2, 3, 4}));
            assertThat(server.metrics().bufferBytesInUse()).isPositive();
            held.getFirst().noReply();
            await().until(() -> server.metrics().bufferBytesInUse() == 0);
        }
    }

    @Test
    void anExceptionClosesItsConnectionOnly() {
        try (TestServer server = TestServer.start(exchange -> {
                    switch (TestServer.text(exchange)) {
                        case "throw" -> throw new IllegalArgumentException("on purpose");
                        case "deep" -> throw new StackOverflowError("on purpose");
                        default -> TestServer.echo(exchange);
                    }
                });
                RawClient bad = server.connect();
                RawClient deep = server.connect();
                RawClient good = server.connect()) {
            bad.sendFrame("throw");
            deep.sendFrame("deep");
            assertThat(bad.isClosedByServer()).isTrue();
            assertThat(deep.isClosedByServer()).isTrue();
            good.sendFrame("good");
            assertThat(good.receiveText()).isEqualTo("good");
        }
    }

    @Test
    void thousandsOfConnectionsAreServed() {
        List<RawClient> clients = new ArrayList<>();
        try (TestServer server = TestServer.start(TestServer::echo)) {
            // When 3000 connect
            for (int i = 0; i < 3000; i++) {
                clients.add(server.connect());
            }

            // Then each is served, over all loops
            for (int i = 0; i < 3000; i++) {
                clients.get(i).sendFrame("client " + i);
            }
            for (int i = 0; i < 3000; i++) {
                assertThat(clients.get(i).receiveText()).isEqualTo("client " + i);
            }
            assertThat(server.metrics().connectionsOpen()).isEqualTo(3000);
            assertThat(server.metrics().bufferBytesInUse()).isZero();
        } finally {
            clients.forEach(RawClient::close);
        }
    }

    private static int below(RandomSource random, int bound) {
        return (int) Long.remainderUnsigned(random.nextLong(), bound);
    }
}
