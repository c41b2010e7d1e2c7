package dev.ottla.conformance;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/** A Java consumer in a process of its own: {@code BOOTSTRAP GROUP TOPIC PROTOCOL}. Leaves when its standard input ends. */
final class MemberMain {
    private static final Duration POLL = Duration.ofMillis(50);

    private static volatile boolean ends;

    private MemberMain() {}

    public static void main(String[] arguments) {
        Thread.ofPlatform().daemon().start(MemberMain::awaitEndOfInput);
        Map<String, Object> config = new HashMap<>(Map.of(
                "bootstrap.servers", arguments[0],
                "group.id", arguments[1],
                "group.protocol", arguments[3],
                "auto.offset.reset", "earliest",
                "enable.auto.commit", "false"));
        if (arguments[3].equals("classic")) {
            config.putAll(Map.of("session.timeout.ms", MemberProcess.SESSION_MS, "heartbeat.interval.ms", 300));
        }
        try (var consumer = new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(arguments[2]));
            Set<TopicPartition> said = Set.of();
            while (!ends) {
                consumer.poll(POLL).forEach(record -> System.out.println("read " + record.value()));
                said = say(said, Set.copyOf(consumer.assignment()));
                consumer.commitAsync();
            }
            consumer.commitSync();
        }
    }

    private static Set<TopicPartition> say(Set<TopicPartition> before, Set<TopicPartition> now) {
        if (!now.equals(before)) {
            System.out.println(
                    "assigned " + now.stream().map(TopicPartition::toString).collect(Collectors.joining(" ")));
        }
        return now;
    }

    private static void awaitEndOfInput() {
        try {
            System.in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ends = true;
    }
}
