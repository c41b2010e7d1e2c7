package dev.ottla.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Clients that send or ask for more than there is room for. */
class PressureTest {
    @Test
    void aClientThatDoesNotTakeItsRepliesIsNotReadAndCostsABoundedAmount() {
        // Given replies a thousand times larger than requests, and 1 MiB of them kept for one client
        int replyBytes = 64 * 1024;
        long kept = 1 << 20;
        int requests = 3_000;
        try (TestServer server = TestServer.start(
                        limits -> limits.maxQueuedReplyBytes(kept).receiveBufferBytes(16 * 1024), exchange -> {
                            ByteBuffer reply = exchange.replyBuffer(replyBytes);
                            exchange.reply(Reply.of(reply));
                        });
                RawClient slow = new RawClient(server.address(), 16 * 1024);
                RawClient other = server.connect()) {
            // When a client sends requests and takes nothing
            byte[] request = RawClient.framed(new byte[60]);
            Thread.ofVirtual().start(() -> {
                for (int i = 0; i < requests; i++) {
                    slow.send(request);
                }
            });
            await().until(() -> server.metrics().bufferBytesInUse() >= kept);
            await().during(300, TimeUnit.MILLISECONDS).until(() -> {
                // Then no more is kept than the limit, one reply and what was read at once
                assertThat(server.metrics().bufferBytesInUse()).isLessThanOrEqualTo(kept + replyBytes + 64 * 1024);
                return true;
            });
            assertThat(server.metrics().frames()).isLessThan(requests);

            // And others are served meanwhile
            other.sendFrame("other");
            assertThat(other.receive()).hasSize(replyBytes);

            // And when it takes its replies, none is missing
            for (int i = 0; i < requests; i++) {
                assertThat(slow.receive()).hasSize(replyBytes);
            }
        }
    }

    @Test
    void framesBeyondTheMemoryBudgetFinishOneAfterAnother() throws InterruptedException {
        // Given 1 MiB for all, and twenty clients that have each sent half of 600,000 bytes
        byte[] frame = RawClient.framed(new byte[600_000]);
        List<RawClient> clients = new ArrayList<>();
        try (TestServer server = TestServer.start(
                limits -> limits.bufferMemoryBytes(1 << 20),
                exchange -> exchange.reply(
                        TestServer.replyOf("got " + exchange.frame().remaining())))) {
            for (int i = 0; i < 20; i++) {
                RawClient client = server.connect();
                clients.add(client);
                Thread.ofVirtual().start(() -> client.send(Arrays.copyOf(frame, frame.length / 2)));
            }
            await().until(() -> server.metrics().connectionsWaitingForMemory() > 0);

            // When all send the rest
            for (RawClient client : clients) {
                Thread.ofVirtual().start(() -> client.send(Arrays.copyOfRange(frame, frame.length / 2, frame.length)));
            }

            // Then every frame arrives, though they never fit together
            for (RawClient client : clients) {
                assertThat(client.receiveText()).isEqualTo("got 600000");
            }
            await().until(() ->
                    server.metrics().bufferBytesInUse() == 0 && server.metrics().connectionsWaitingForMemory() == 0);
        } finally {
            clients.forEach(RawClient::close);
        }
    }

    @Test
    void smallRequestsPassWhileLargeOnesWait() throws InterruptedException {
        // Given large frames that together are beyond the budget, held as they come
        BlockingQueue<Exchange> held = new LinkedBlockingQueue<>();
        List<RawClient> clients = new ArrayList<>();
        try (TestServer server = TestServer.start(limits -> limits.bufferMemoryBytes(1 << 20), exchange -> {
            exchange.effectsDone();
            if (exchange.frame().remaining() > 1000) {
                held.add(exchange);
            } else {
                TestServer.echo(exchange);
            }
        })) {
            for (int i = 0; i < 3; i++) {
                RawClient client = server.connect();
                clients.add(client);
                Thread.ofVirtual().start(() -> client.send(RawClient.framed(new byte[500_000])));
            }
            await().until(() -> server.metrics().connectionsWaitingForMemory() > 0 || held.size() == 3);

            // When a small request comes, Then it is answered
            try (RawClient small = server.connect()) {
                small.sendFrame("small");
                assertThat(small.receiveText()).isEqualTo("small");
            }

            // And each large one has its turn as memory is given back
            for (int i = 0; i < 3; i++) {
                Exchange exchange = held.poll(20, TimeUnit.SECONDS);
                assertThat(exchange).isNotNull();
                exchange.releaseFrame();
                exchange.reply(TestServer.replyOf("done"));
            }
            for (RawClient client : clients) {
                assertThat(client.receiveText()).isEqualTo("done");
            }
        } finally {
            clients.forEach(RawClient::close);
        }
    }

    @Test
    void underPressureTheStalledOnesGo() {
        // Given frames that have stopped half way and fill the memory
        List<RawClient> stalled = new ArrayList<>();
        byte[] half = Arrays.copyOf(RawClient.framed(new byte[2_000_000]), 1_000_000);
        try (TestServer server = TestServer.start(
                limits -> limits.bufferMemoryBytes(2 << 20).stallUnderPressureMs(200),
                exchange -> exchange.reply(TestServer.replyOf("served")))) {
            for (int i = 0; i < 8; i++) {
                RawClient client = server.connect();
                stalled.add(client);
                Thread.ofVirtual().start(() -> client.sendQuietly(half));
            }
            await().until(() -> server.metrics().connectionsWaitingForMemory() > 0);

            // When a good client sends a large frame, Then it is served in the end
            try (RawClient good = server.connect()) {
                Thread.ofVirtual().start(() -> good.sendQuietly(RawClient.framed(new byte[1_500_000])));
                assertThat(good.receiveText()).isEqualTo("served");
            }
        } finally {
            stalled.forEach(RawClient::close);
        }
    }
}
