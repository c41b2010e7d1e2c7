package dev.ottla.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class LifecycleTest {
    private static final InetSocketAddress ANY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    @Test
    void listenersTellTheirNames() {
        // Given two listeners
        try (NetworkServer server = NetworkServer.builder(
                                (first, second) -> 100,
                                exchange -> exchange.reply(
                                        TestServer.replyOf(exchange.connection().listenerName())))
                        .listener("INSIDE", ANY)
                        .listener("OUTSIDE", ANY)
                        .checkBuffers()
                        .start();
                RawClient inside = new RawClient(server.boundAddresses().get("INSIDE"));
                RawClient outside = new RawClient(server.boundAddresses().get("OUTSIDE"))) {
            // When asked, Then each connection knows its own
            inside.sendFrame("who?");
            outside.sendFrame("who?");
            assertThat(inside.receiveText()).isEqualTo("INSIDE");
            assertThat(outside.receiveText()).isEqualTo("OUTSIDE");
        }
    }

    @Test
    void anAddressInUseIsAClearError() {
        try (TestServer server = TestServer.start(TestServer::echo)) {
            assertThatThrownBy(() -> NetworkServer.builder((first, second) -> 100, TestServer::echo)
                            .listener("SECOND", server.address())
                            .start())
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("SECOND")
                    .hasMessageContaining(Integer.toString(server.address().getPort()));
        }
    }

    @Test
    void aBurstOfConnectionsIsSpreadOverTheLoopsEvenWhileOneOfThemIsBusy() {
        // Given two loops, the second of them busy
        CountDownLatch free = new CountDownLatch(1);
        List<RawClient> clients = new ArrayList<>();
        try (TestServer server = TestServer.start(TestServer::echo)) {
            server.server.loops().get(1).execute(() -> {
                try {
                    free.await();
                } catch (InterruptedException ended) {
                    Thread.currentThread().interrupt();
                }
            });
            try {
                // When eight connect at once
                for (int i = 0; i < 8; i++) {
                    clients.add(server.connect());
                }
                await().until(() -> server.metrics().connectionsAccepted() == 8);

                // Then each loop gets four
                assertThat(server.server.loops())
                        .extracting(loop -> ((NioLoop) loop).connectionCount())
                        .containsExactly(4, 4);
            } finally {
                free.countDown();
                clients.forEach(RawClient::close);
            }
            await().untilAsserted(() -> assertThat(server.server.loops())
                    .extracting(loop -> ((NioLoop) loop).connectionCount())
                    .containsExactly(0, 0));
        }
    }

    @Test
    void connectionsBeyondTheLimitsAreRefusedAndRoomIsUsedAgain() {
        // Given three in all, two of them from here
        InetAddress here = InetAddress.getLoopbackAddress();
        try (TestServer server = TestServer.start(
                limits -> limits.maxConnections(3).maxConnectionsPerIp(9).maxConnectionsPerIpOverrides(Map.of(here, 2)),
                TestServer::echo)) {
            try (RawClient first = server.connect();
                    RawClient second = server.connect();
                    RawClient third = server.connect()) {
                first.sendFrame("first");
                second.sendFrame("second");

                // Then the third is closed at once
                assertThat(third.isClosedByServer()).isTrue();
                assertThat(first.receiveText()).isEqualTo("first");
                assertThat(second.receiveText()).isEqualTo("second");
                assertThat(server.metrics().connectionsRefused()).isEqualTo(1);
            }

            // And when the others are gone there is room again
            await().until(() -> server.metrics().connectionsOpen() == 0);
            try (RawClient again = server.connect()) {
                again.sendFrame("again");
                assertThat(again.receiveText()).isEqualTo("again");
            }
        }
    }

    @Test
    void idleConnectionsAreClosedAndWorkingOnesAreNot() {
        // Given 100 ms of patience, one client that says nothing and one whose request takes its time
        AtomicReference<Exchange> working = new AtomicReference<>();
        try (TestServer server = TestServer.start(limits -> limits.maxIdleMs(100), working::set);
                RawClient idle = server.connect();
                RawClient busy = server.connect()) {
            busy.sendFrame("busy");

            // Then the idle one is closed
            assertThat(idle.isClosedByServer()).isTrue();
            await().during(300, TimeUnit.MILLISECONDS)
                    .until(() -> server.metrics().connectionsOpen() == 1);

            // And the other one still gets its answer
            working.get().reply(TestServer.replyOf("done"));
            assertThat(busy.receiveText()).isEqualTo("done");
        }
    }

    @Test
    void aClosingServerAnswersWhatItHasBegun() {
        List<Exchange> begun = new CopyOnWriteArrayList<>();
        TestServer server = TestServer.start(exchange -> {
            exchange.effectsDone();
            begun.add(exchange);
        });
        try (RawClient working = server.connect();
                RawClient idle = server.connect()) {
            // Given a request in work
            working.sendFrame("work");
            await().until(() -> begun.size() == 1);

            // When the server is closed
            Thread closer = Thread.ofPlatform().start(server::close);

            // Then those without work go, no new ones come, and the answer is still sent
            assertThat(idle.isClosedByServer()).isTrue();
            await().untilAsserted(() ->
                    assertThatThrownBy(() -> server.connect().close()).isInstanceOf(UncheckedIOException.class));
            assertThat(closer.isAlive()).isTrue();
            begun.getFirst().reply(TestServer.replyOf("finished"));
            assertThat(working.receiveText()).isEqualTo("finished");
            assertThat(working.isClosedByServer()).isTrue();
            await().until(() -> !closer.isAlive());
        } finally {
            server.close();
        }
    }

    @Test
    void closingDoesNotWaitForever() {
        // Given a request that is never answered
        List<Exchange> begun = new CopyOnWriteArrayList<>();
        NetworkServer server = NetworkServer.builder((first, second) -> 100, begun::add)
                .listener("TEST", ANY)
                .limits(NetworkLimits.defaults().toBuilder().closeGraceMs(100).build())
                .start();
        try (RawClient client = new RawClient(server.boundAddresses().get("TEST"))) {
            client.sendFrame("work");
            await().until(() -> begun.size() == 1);

            // When the server is closed, Then it comes back and the connection is gone
            server.close();
            assertThat(client.isClosedByServer()).isTrue();
            assertThat(begun.getFirst().isClosed()).isTrue();
        }
    }

    @Test
    void aBufferNotGivenBackIsNoticed() {
        // Given an exchange that nobody ends
        TestServer server = TestServer.start(limits -> limits.closeGraceMs(50), exchange -> {});
        try (RawClient client = server.connect()) {
            client.sendFrame("lost");
            await().until(() -> server.metrics().frames() == 1);

            // When the server is closed, Then it says so
            assertThatThrownBy(server::close)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("1 buffers");
        }
    }

    @Test
    void theListenerIsToldOfConnections() {
        // Given a listener that keeps a note with its connection
        List<Object> gone = new CopyOnWriteArrayList<>();
        RequestListener noting = new RequestListener() {
            @Override
            public void onOpened(Connection connection) {
                connection.attach(new ArrayList<String>());
            }

            @Override
            public void onRequest(Exchange exchange) {
                exchange.connection().attach("seen");
                TestServer.echo(exchange);
            }

            @Override
            public void onClosed(Connection connection) {
                gone.add(String.valueOf(connection.attachment()));
            }
        };
        try (TestServer server = TestServer.start(noting)) {
            try (RawClient asking = server.connect()) {
                asking.sendFrame("asks");
                assertThat(asking.receiveText()).isEqualTo("asks");
            }
            server.connect().close();

            // Then it gets it back at the end
            await().untilAsserted(() -> assertThat(gone).containsExactlyInAnyOrder("seen", "[]"));
        }
    }

    @Test
    void outOfMemoryIsNotSwallowed() {
        AtomicReference<Throwable> fatal = new AtomicReference<>();
        NetworkServer server = NetworkServer.builder((first, second) -> 100, exchange -> {
                    throw new OutOfMemoryError("on purpose");
                })
                .listener("TEST", ANY)
                .limits(NetworkLimits.defaults().toBuilder().loops(1).build())
                .onFatal(fatal::set)
                .start();
        try (RawClient client = new RawClient(server.boundAddresses().get("TEST"))) {
            client.sendFrame("boom");
            await().untilAsserted(() -> assertThat(fatal.get()).isInstanceOf(OutOfMemoryError.class));
        } finally {
            server.close();
        }
    }

    @Test
    void timersFireOnTheLoopUnlessCancelled() {
        try (TestServer server = TestServer.start(TestServer::echo)) {
            EventLoop loop = server.server.loops().getFirst();
            List<String> fired = new CopyOnWriteArrayList<>();
            loop.schedule(30, () -> fired.add("later " + loop.isCurrentThread()));
            loop.schedule(1, () -> fired.add("sooner " + loop.isCurrentThread()));
            loop.schedule(5, () -> fired.add("never")).cancel();
            await().until(() -> fired.size() == 2);
            assertThat(fired).containsExactly("sooner true", "later true");
        }
    }
}
