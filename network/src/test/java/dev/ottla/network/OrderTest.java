package dev.ottla.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ottla.base.RandomSource;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class OrderTest {
    @Test
    void aRequestNeverOvertakesTheEffectsOfTheOneBefore() throws InterruptedException {
        // Given a listener that leaves everything open
        BlockingQueue<Exchange> seen = new LinkedBlockingQueue<>();
        try (TestServer server = TestServer.start(seen::add);
                RawClient client = server.connect()) {
            // When three requests arrive in one piece
            client.send(concat("first", "second", "third"));
            Exchange first = next(seen);
            server.settle();

            // Then the second waits although its bytes are there
            assertThat(TestServer.text(first)).isEqualTo("first");
            assertThat(seen).isEmpty();

            // And comes once the first one's effects are done, before any reply; the third still waits
            first.effectsDone();
            first.effectsDone();
            Exchange second = next(seen);
            server.settle();
            assertThat(TestServer.text(second)).isEqualTo("second");
            assertThat(seen).isEmpty();

            // And a reply lets the third one go, though it must wait for the first one's reply itself
            second.reply(TestServer.replyOf("2"));
            Exchange third = next(seen);
            third.noReply();
            first.reply(TestServer.replyOf("1"));
            assertThat(client.receiveText()).isEqualTo("1");
            assertThat(client.receiveText()).isEqualTo("2");
        }
    }

    @Test
    void repliesLeaveInRequestOrderHoweverTheyAreCompleted() throws InterruptedException {
        for (long seed = 1; seed <= 25; seed++) {
            // Given requests whose effects are done at once
            RandomSource random = RandomSource.seeded(seed);
            BlockingQueue<Exchange> seen = new LinkedBlockingQueue<>();
            int count = 150;
            try (TestServer server = TestServer.start(limits -> limits.maxPipelinedRequests(40), exchange -> {
                        exchange.effectsDone();
                        seen.add(exchange);
                    });
                    RawClient client = server.connect()) {
                ByteArrayOutputStream wire = new ByteArrayOutputStream();
                for (int i = 0; i < count; i++) {
                    wire.writeBytes(RawClient.framed("%04d".formatted(i)));
                }
                client.send(wire.toByteArray());

                // When they are completed in any order, on the loop or elsewhere, some without a reply
                List<Exchange> open = new ArrayList<>();
                for (int left = count; left > 0; left--) {
                    if (open.isEmpty()) {
                        open.add(next(seen));
                    }
                    seen.drainTo(open);
                    complete(open.remove(below(random, open.size())), random);
                }

                // Then the replies come in the order of the requests
                for (int i = 0; i < count; i++) {
                    if (i % 7 != 3) {
                        assertThat(client.receiveText()).as("seed %d", seed).startsWith("%04d".formatted(i));
                    }
                }
            }
        }
    }

    private static void complete(Exchange exchange, RandomSource random) {
        String text = TestServer.text(exchange);
        if (Integer.parseInt(text) % 7 == 3) {
            exchange.noReply();
            return;
        }
        Reply reply = TestServer.replyOf(text + "x".repeat(below(random, 20_000)));
        if (below(random, 2) == 0) {
            exchange.reply(reply);
        } else {
            exchange.loop().execute(() -> exchange.reply(reply));
        }
    }

    @Test
    void pipelinedRequestsBeyondTheLimitWait() throws InterruptedException {
        // Given at most five unanswered requests
        BlockingQueue<Exchange> seen = new LinkedBlockingQueue<>();
        List<Exchange> open = new ArrayList<>();
        try (TestServer server = TestServer.start(limits -> limits.maxPipelinedRequests(5), exchange -> {
                    exchange.effectsDone();
                    seen.add(exchange);
                });
                RawClient client = server.connect()) {
            // When twenty are sent
            ByteArrayOutputStream wire = new ByteArrayOutputStream();
            for (int i = 0; i < 20; i++) {
                wire.writeBytes(RawClient.framed("%04d".formatted(i)));
            }
            client.send(wire.toByteArray());
            for (int i = 0; i < 5; i++) {
                open.add(next(seen));
            }
            server.settle();

            // Then the sixth comes only when the first is answered
            assertThat(seen).isEmpty();
            for (int i = 0; i < 20; i++) {
                open.removeFirst().reply(TestServer.replyOf("%04d".formatted(i)));
                assertThat(client.receiveText()).isEqualTo("%04d".formatted(i));
                if (i < 15) {
                    open.add(next(seen));
                }
            }
        }
    }

    @Test
    void aCloseInTurnLetsEarlierRepliesGoFirst() throws InterruptedException {
        BlockingQueue<Exchange> seen = new LinkedBlockingQueue<>();
        try (TestServer server = TestServer.start(exchange -> {
                    exchange.effectsDone();
                    seen.add(exchange);
                });
                RawClient client = server.connect()) {
            // Given two requests
            client.send(concat("first", "second"));
            Exchange first = next(seen);
            Exchange second = next(seen);

            // When the second closes the connection before the first is answered
            second.close("no more of this");
            server.settle();
            assertThat(first.isClosed()).isFalse();
            first.reply(TestServer.replyOf("1"));

            // Then the first one's reply still arrives
            assertThat(client.receiveText()).isEqualTo("1");
            assertThat(client.isClosedByServer()).isTrue();
            await().until(second::isClosed);
        }
    }

    @Test
    void repliesBeforeACloseAreNotOvertakenByAReset() throws InterruptedException {
        // Given a large reply, a request that closes the connection, and a lot behind it that nobody reads
        int replyBytes = 300_000;
        BlockingQueue<Exchange> closing = new LinkedBlockingQueue<>();
        try (TestServer server = TestServer.start(limits -> limits.sendBufferBytes(1 << 20), exchange -> {
                    if (TestServer.text(exchange).equals("close")) {
                        closing.add(exchange);
                    } else {
                        exchange.reply(Reply.of(exchange.replyBuffer(replyBytes)));
                    }
                });
                RawClient client = new RawClient(server.address(), 8192)) {
            client.send(concat("first", "close"));
            Exchange last = next(closing);
            client.send(new byte[200_000]);

            // When it closes
            last.close("enough");
            await().until(last::isClosed);

            // Then the reply comes whole
            assertThat(client.receive()).hasSize(replyBytes);
            assertThat(client.isClosedByServer()).isTrue();
        }
    }

    @Test
    void onlyTheFirstEndCounts() {
        try (TestServer server = TestServer.start(exchange -> {
                    exchange.reply(TestServer.replyOf("once"));
                    exchange.reply(TestServer.replyOf("twice"));
                    exchange.noReply();
                    exchange.close("never");
                });
                RawClient client = server.connect()) {
            client.sendFrame("one?");
            assertThat(client.receiveText()).isEqualTo("once");
            client.sendFrame("two?");
            assertThat(client.receiveText()).isEqualTo("once");
        }
    }

    private static int below(RandomSource random, int bound) {
        return (int) Long.remainderUnsigned(random.nextLong(), bound);
    }

    private static byte[] concat(String... payloads) {
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        for (String payload : payloads) {
            wire.writeBytes(RawClient.framed(payload));
        }
        return wire.toByteArray();
    }

    private static Exchange next(BlockingQueue<Exchange> seen) throws InterruptedException {
        Exchange exchange = seen.poll(20, TimeUnit.SECONDS);
        assertThat(exchange).as("a request should have been handed out").isNotNull();
        return exchange;
    }
}
