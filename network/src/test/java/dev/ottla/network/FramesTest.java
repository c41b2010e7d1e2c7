package dev.ottla.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.base.RandomSource;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class FramesTest {
    @Test
    void aFrameComesBack() {
        try (TestServer server = TestServer.start(TestServer::echo);
                RawClient client = server.connect()) {
            // When one frame is sent
            client.sendFrame("hello");

            // Then its echo comes
            assertThat(client.receiveText()).isEqualTo("hello");
        }
    }

    @Test
    void framesOfEverySizeSurviveEveryCut() {
        // Given frames from four bytes to several read buffers
        for (long seed = 1; seed <= 20; seed++) {
            RandomSource random = RandomSource.seeded(seed);
            List<byte[]> frames = new ArrayList<>();
            ByteArrayOutputStream wire = new ByteArrayOutputStream();
            for (int i = 0; i < 30; i++) {
                byte[] frame = new byte[4 + below(random, 1 << (2 + below(random, 17)))];
                for (int j = 0; j < frame.length; j++) {
                    frame[j] = (byte) (i + j);
                }
                frames.add(frame);
                wire.writeBytes(RawClient.framed(frame));
            }

            // When they are sent in pieces that know nothing of frames
            try (TestServer server = TestServer.start(TestServer::echo);
                    RawClient client = server.connect()) {
                byte[] bytes = wire.toByteArray();
                Thread.ofVirtual().start(() -> {
                    for (int at = 0; at < bytes.length; ) {
                        int count = Math.min(bytes.length - at, 1 + below(random, 1 << (1 + below(random, 17))));
                        client.send(Arrays.copyOfRange(bytes, at, at + count));
                        at += count;
                    }
                });

                // Then each comes back whole and in order
                for (byte[] frame : frames) {
                    assertThat(client.receive()).as("seed %d", seed).isEqualTo(frame);
                }
            }
        }
    }

    @Test
    void aFrameOfTheLargestSizePasses() {
        try (TestServer server = TestServer.start(exchange -> {
                    int size = exchange.frame().remaining();
                    exchange.reply(TestServer.replyOf(Integer.toString(size)));
                });
                RawClient client = server.connect()) {
            // When a frame of exactly the gate's size is sent
            client.send(RawClient.framed(new byte[TestServer.LARGEST_FRAME_BYTES]));

            // Then it arrives whole
            assertThat(client.receiveText()).isEqualTo(Integer.toString(TestServer.LARGEST_FRAME_BYTES));
        }
    }

    @Test
    void tenThousandTinyRequestsInOneWriteAreAllAnsweredInOrder() {
        try (TestServer server = TestServer.start(TestServer::echo);
                RawClient client = server.connect()) {
            // Given 10,000 requests
            ByteArrayOutputStream wire = new ByteArrayOutputStream();
            for (int i = 0; i < 10_000; i++) {
                wire.writeBytes(RawClient.framed("%06d".formatted(i)));
            }

            // When they are sent at once
            Thread.ofVirtual().start(() -> client.send(wire.toByteArray()));

            // Then every answer comes, in order
            for (int i = 0; i < 10_000; i++) {
                assertThat(client.receiveText()).isEqualTo("%06d".formatted(i));
            }
        }
    }

    private static int below(RandomSource random, int bound) {
        return (int) Long.remainderUnsigned(random.nextLong(), bound);
    }
}
