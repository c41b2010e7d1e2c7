package dev.ottla.conformance;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;

/**
 * A Kafka Streams application that counts words: a repartition topic, a state store with its changelog, and for each word read one record that says how often it has come so far.
 * Runs in a process of its own, so that it can be killed.
 */
final class StreamsApp implements AutoCloseable {
    static final String IN = "words";
    static final String OUT = "counts";

    /** The system property that says how careful it is. */
    static final String GUARANTEE = "ottla.streams.guarantee";

    private final List<String> command;
    private final Path errors;
    private Process process;

    /** Starts one; what it writes to standard error is added to {@code errors}. */
    StreamsApp(Target broker, Path state, Path errors) throws IOException {
        this.errors = errors;
        command = Command.javaCommand(
                List.of("-Xmx256m", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"),
                StreamsApp.class.getName(),
                broker.bootstrap(),
                state.toString(),
                guarantee());
        process = launch();
    }

    private static String guarantee() {
        return System.getProperty(GUARANTEE, "exactly_once_v2");
    }

    static boolean isExactlyOnce() {
        return guarantee().equals("exactly_once_v2");
    }

    private Process launch() throws IOException {
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile()))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** Another process, on the folder that the one that was killed has left. */
    void start() throws IOException {
        process = launch();
    }

    /** SIGKILL; returns when it is gone. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    private static Topology topology() {
        StreamsBuilder builder = new StreamsBuilder();
        builder.<String, String>stream(IN)
                .selectKey((_, word) -> word)
                .groupByKey(Grouped.with(Serdes.String(), Serdes.String()))
                .count(Materialized.as("how-often"))
                .toStream()
                .mapValues(String::valueOf)
                .to(OUT, Produced.with(Serdes.String(), Serdes.String()));
        return builder.build();
    }

    /** Ends when its standard input does: nothing is left when whoever started it is gone. */
    public static void main(String[] arguments) throws Exception {
        Properties config = new Properties();
        config.put("application.id", "word-counter");
        config.put("bootstrap.servers", arguments[0]);
        config.put("state.dir", arguments[1]);
        config.put("processing.guarantee", arguments[2]);
        config.put("default.key.serde", Serdes.StringSerde.class.getName());
        config.put("default.value.serde", Serdes.StringSerde.class.getName());
        // Every count is seen, not the last of an interval.
        config.put("statestore.cache.max.bytes", "0");
        config.put("commit.interval.ms", "100");
        // A dead one is missed soon, and the rest of a batch is small.
        config.put("main.consumer.session.timeout.ms", "6000");
        config.put("main.consumer.heartbeat.interval.ms", "500");
        config.put("main.consumer.max.poll.records", "100");
        config.put("producer.transaction.timeout.ms", "10000");
        try (KafkaStreams streams = new KafkaStreams(topology(), config)) {
            streams.setUncaughtExceptionHandler(_ -> StreamThreadExceptionResponse.REPLACE_THREAD);
            streams.start();
            System.in.transferTo(java.io.OutputStream.nullOutputStream());
        }
    }
}
