package dev.ottla.cli.records;

import dev.ottla.cli.client.ClientOptions;
import dev.ottla.cli.client.Failures;
import dev.ottla.cli.client.Reachability;
import dev.ottla.cli.kit.CommandFailure;
import dev.ottla.cli.kit.ExitCode;
import dev.ottla.cli.kit.Given;
import dev.ottla.cli.kit.Io;
import dev.ottla.cli.kit.Json;
import dev.ottla.cli.kit.Progress;
import dev.ottla.cli.kit.Spec;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** `ottla produce`: a line of standard input is a record. */
public final class Produce {
    private static final String FORMAT = "--format";
    private static final String SEPARATOR = "--key-separator";
    private static final String NULL = "--null";
    private static final String HEADER = "--header";
    private static final String PARTITION = "--partition";
    private static final String ACKS = "--acks";
    private static final String COMPRESSION = "--compression";

    private Produce() {}

    public static Spec spec() {
        return ClientOptions.add(Spec.command(
                                "Write records to a topic, one for each line of standard input.", Produce::run)
                        .argument(0, "TOPIC", "The topic to write to.")
                        .text(
                                new String[] {"-f", FORMAT},
                                "FORMAT",
                                "What a line is: value, key-value or json. Default: value.")
                        .text(
                                new String[] {"-s", SEPARATOR},
                                "TEXT",
                                "What parts key and value in a line; implies key-value. Default there: a tab.")
                        .text(NULL, "TEXT", "A key or value of this text is sent as null (a tombstone).")
                        .many(new String[] {"-H", HEADER}, "NAME=VALUE", "A header of every record. May be repeated.")
                        .number(
                                new String[] {"-p", PARTITION},
                                "N",
                                "The partition to write to. Default: the key decides; without one, any.")
                        .text(
                                ACKS,
                                "ACKS",
                                "Who must have a record before it counts as written: 0 nobody, 1 the leader, all."
                                        + " Default: all.")
                        .text(COMPRESSION, "CODEC", "none, gzip, snappy, lz4 or zstd. Default: none.")
                        .flag(Given.JSON, "Print the result as JSON, for programs."))
                .footer(
                        "",
                        "A line of JSON has key, value (or keyBase64, valueBase64), headers, partition, timestamp (ms):",
                        "  {\"key\": \"a\", \"value\": \"hello\", \"headers\": {\"trace\": \"1\"}}",
                        "What 'ottla consume --format json' prints can be read back.",
                        "",
                        "Examples:",
                        "  echo hello | ottla produce greetings",
                        "  printf 'a:1\\nb:2\\n' | ottla produce orders --key-separator :");
    }

    private static void run(Given given, Io io) throws Exception {
        String topic = given.argument(0);
        InputFormat format = format(given);
        List<Header> headers = headers(given.pairs(HEADER));
        @Nullable Integer partition = Partitions.one(given.number(PARTITION), PARTITION);
        var options = ClientOptions.of(given, io);
        var settings = settings(given, options);
        Reachability.check(options);
        try (var producer = new KafkaProducer<byte[], byte[]>(settings)) {
            int partitions = partitions(producer, topic);
            var sending = new Sending(producer, new Target(topic, partitions, partition, headers), format);
            if (io.terminal().in()) {
                io.err().println("One record a line; Ctrl-D ends.");
            }
            Delivery delivery = sending.all(io);
            report(given, topic, delivery, io);
        }
    }

    private static InputFormat format(Given given) {
        String separator = given.text(SEPARATOR);
        if (separator != null && separator.isEmpty()) {
            throw Given.usage("%s is empty.".formatted(SEPARATOR));
        }
        String name = given.text(FORMAT, separator == null ? "value" : "key-value");
        if (separator != null && !name.equals("key-value")) {
            throw Given.usage("%s belongs to %s key-value.".formatted(SEPARATOR, FORMAT));
        }
        @Nullable String nullMarker = given.text(NULL);
        return switch (name) {
            case "value" -> new InputFormat.Value(nullMarker);
            case "key-value" -> new InputFormat.KeyValue(Escapes.plain(separator, "\t"), nullMarker);
            case "json" -> new InputFormat.JsonLines();
            default -> throw Given.usage("%s is value, key-value or json, not '%s'.".formatted(FORMAT, name));
        };
    }

    private static List<Header> headers(Map<String, String> pairs) {
        return pairs.entrySet().stream()
                .<Header>map(
                        pair -> new RecordHeader(pair.getKey(), pair.getValue().getBytes(StandardCharsets.UTF_8)))
                .toList();
    }

    private static Properties settings(Given given, ClientOptions options) {
        String acks = given.text(ACKS, "all");
        if (!List.of("0", "1", "all", "-1").contains(acks)) {
            throw Given.usage("%s is 0, 1 or all, not '%s'.".formatted(ACKS, acks));
        }
        String compression = given.text(COMPRESSION, "none");
        if (!List.of("none", "gzip", "snappy", "lz4", "zstd").contains(compression)) {
            throw Given.usage("%s is none, gzip, snappy, lz4 or zstd, not '%s'.".formatted(COMPRESSION, compression));
        }
        var settings = new HashMap<String, Object>();
        settings.put(ProducerConfig.ACKS_CONFIG, acks);
        settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, compression);
        settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, options.timeoutMs());
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 2 * options.timeoutMs());
        return options.with(settings);
    }

    /** Also makes the topic, where the broker does that by itself. */
    private static int partitions(KafkaProducer<byte[], byte[]> producer, String topic) {
        try {
            return producer.partitionsFor(topic).size();
        } catch (TimeoutException e) {
            throw CommandFailure.of(
                            ExitCode.NOT_FOUND,
                            "There is no topic '%s', or nobody leads its partitions.".formatted(topic))
                    .hint("Make it with: ottla topic create %s".formatted(topic))
                    .error("UNKNOWN_TOPIC_OR_PARTITION");
        }
    }

    private static void report(Given given, String topic, Delivery delivery, Io io) {
        if (given.json()) {
            Json.print(io.out(), delivery.json(topic));
        } else {
            io.out()
                    .println("%s to '%s'%s"
                            .formatted(
                                    Progress.count(delivery.records(), "record"),
                                    topic,
                                    delivery.lines().isEmpty()
                                            ? ""
                                            : " (" + String.join("; ", delivery.lines()) + ")"));
        }
        @Nullable Exception failure = delivery.failure();
        if (failure != null) {
            throw refused(Failures.explain(failure), delivery.failedLine());
        }
    }

    private static CommandFailure refused(CommandFailure why, long line) {
        var failure = CommandFailure.of(
                why.exitCode(), "The record in line %d was not written: %s".formatted(line, why.what()));
        String hint = why.hint();
        String error = why.error();
        failure = hint == null ? failure : failure.hint(hint);
        return error == null ? failure : failure.error(error);
    }
}
