package dev.ottla.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.base.RandomSource;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.protocol.ApiKeys;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Throws frames at a live broker of little memory: noise, cut-off and mutated requests, and requests that follow the schema with hostile
 * values. The broker must stay up, keep within its memory and serve a normal client all along. Twenty seconds by default; the long run:
 * {@code -Dottla.fuzz.seconds=3600}. {@code -Dottla.fuzz.seed=N} repeats the frames of a run.
 */
class FrameFuzzer {
    private static final int SECONDS = Integer.getInteger("ottla.fuzz.seconds", 20);
    private static final long SEED = Long.getLong("ottla.fuzz.seed", System.nanoTime());
    private static final int HEAP_MIB = 192;
    private static final int MOST_RESIDENT_MIB = 600;
    private static final int READ_MS = 20;
    private static final long CHECK_EVERY_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final String GOOD_TOPIC = "good";

    private final RandomSource random = RandomSource.seeded(SEED);
    private final SchemaFuzz truthful = new SchemaFuzz(random, 1_000_000);
    private final SchemaFuzz lying = new SchemaFuzz(random, 20);
    private final List<ApiKeys> keys = new ArrayList<>(WantedApis.BY_KEY.keySet());
    private long frames;
    private int goodRecords;

    @Test
    void theBrokerStaysUp(@TempDir Path parent) throws Exception {
        System.out.println("fuzzing for " + SECONDS + " s, seed " + SEED);
        try (BrokerProcess broker = BrokerProcess.start(
                parent.resolve("data"), "-Xmx" + HEAP_MIB + "m", "-XX:MaxDirectMemorySize=" + HEAP_MIB + "m")) {
            // Given topics that the frames can hit
            for (String topic : List.of("fuzz-a", "fuzz-b", GOOD_TOPIC)) {
                JavaClient.createTopic(broker, topic, 2);
            }
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
            long nextCheck = 0;
            // When frames of all kinds come, then it serves others meanwhile and after
            while (System.nanoTime() < end) {
                burst(broker);
                if (System.nanoTime() > nextCheck) {
                    aNormalClientIsServed(broker);
                    nextCheck = System.nanoTime() + CHECK_EVERY_NANOS;
                }
            }
            aNormalClientIsServed(broker);
            System.out.println(
                    "fuzzed " + frames + " frames, seed " + SEED + ", resident " + broker.residentMib() + " MiB");
            assertThat(broker.errors()).as("seed %s", SEED).doesNotContain("OutOfMemoryError");
        }
    }

    private void aNormalClientIsServed(BrokerProcess broker) throws Exception {
        assertThat(broker.isAlive())
                .as("alive, seed %s:\n%s", SEED, broker.isAlive() ? "" : broker.errors())
                .isTrue();
        assertThat(broker.residentMib()).as("resident MiB, seed %s", SEED).isLessThan(MOST_RESIDENT_MIB);
        try (var producer =
                JavaClient.producer(broker, Map.of("delivery.timeout.ms", 15_000, "request.timeout.ms", 10_000))) {
            producer.send(new ProducerRecord<>(GOOD_TOPIC, 0, "k", "v" + goodRecords))
                    .get(15, TimeUnit.SECONDS);
            goodRecords++;
        }
        assertThat(JavaClient.readAll(broker, GOOD_TOPIC, 2, goodRecords)
                        .getLast()
                        .value())
                .as("seed %s", SEED)
                .isEqualTo("v" + (goodRecords - 1));
    }

    /** A connection with a handful of frames, read a little or not at all. */
    private void burst(BrokerProcess broker) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(broker.host(), broker.port()), 10_000);
            socket.setSoTimeout(READ_MS);
            for (int i = truthful.below(8); i >= 0; i--) {
                byte[] frame = frame();
                socket.getOutputStream().write(prefixed(frame));
                frames++;
            }
            if (!truthful.one(4)) {
                drain(socket.getInputStream());
            }
        } catch (SocketTimeoutException expected) {
            // Nothing more to read for now: on to the next connection.
        } catch (IOException closedByBroker) {
            // As it should for most of these frames; whether it is still up is checked apart.
            frames++;
        }
    }

    private static void drain(InputStream in) throws IOException {
        byte[] some = new byte[8192];
        int total = 0;
        for (int read = in.read(some); read >= 0 && total < (1 << 20); read = in.read(some)) {
            total += read;
        }
    }

    private byte[] frame() {
        ApiKeys key = keys.get(truthful.below(keys.size()));
        WantedApis.Versions versions = WantedApis.of(key);
        int version = versions.first() + truthful.below(versions.last() - versions.first() + 1);
        if (key == ApiKeys.PRODUCE && version < 3) {
            version = 3;
        }
        return switch (truthful.below(10)) {
            case 0 -> noise();
            case 1 -> cut(truthful.frame(key, version, 1));
            case 2, 3 -> mutated(truthful.frame(key, version, 1));
            case 4, 5, 6 -> lying.frame(key, version, 1);
            default -> truthful.frame(key, version, 1);
        };
    }

    /** The size prefix is right, most of the time. */
    private byte[] prefixed(byte[] frame) {
        int size = truthful.one(60) ? (int) random.nextLong() : frame.length;
        return ByteBuffer.allocate(4 + frame.length).putInt(size).put(frame).array();
    }

    private byte[] noise() {
        byte[] bytes = new byte[truthful.below(200)];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) random.nextLong();
        }
        return bytes;
    }

    private byte[] cut(byte[] frame) {
        return java.util.Arrays.copyOf(frame, truthful.below(frame.length + 1));
    }

    private byte[] mutated(byte[] frame) {
        for (int i = truthful.below(6); i >= 0; i--) {
            int at = 8 + truthful.below(frame.length - 8);
            frame[at] = truthful.one(2)
                    ? (byte) random.nextLong()
                    : (byte) List.of(0, 1, -1, 127, -128).get(truthful.below(5)).intValue();
        }
        return frame;
    }
}
