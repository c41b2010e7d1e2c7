package dev.ottla.cli.records;

import dev.ottla.cli.client.ClientOptions;
import dev.ottla.cli.client.Reachability;
import dev.ottla.cli.kit.CommandFailure;
import dev.ottla.cli.kit.ExitCode;
import dev.ottla.cli.kit.Given;
import dev.ottla.cli.kit.Io;
import dev.ottla.cli.kit.Progress;
import dev.ottla.cli.kit.Spec;
import dev.ottla.cli.kit.TimeText;
import java.io.IOException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** `ottla consume`: a topic's records as lines. Reads partitions by name and commits nothing, or as a member of a group. */
public final class Consume {
    private static final String FROM_BEGINNING = "--from-beginning";
    private static final String FROM_OFFSET = "--from-offset";
    private static final String FROM_TIME = "--from-time";
    private static final String STOP_AT_END = "--stop-at-end";
    private static final String PARTITIONS = "--partitions";
    private static final String COUNT = "--count";
    private static final String GROUP = "--group";
    private static final String FORMAT = "--format";
    private static final String SEPARATOR = "--key-separator";
    private static final String NULL = "--null";
    private static final int GRACE_S = 5;

    /** All that will be read is there already: a broker need not wait for more, nor the close for the broker. */
    private static final int WAIT_AT_END_MS = 10;

    private static final Duration CLOSE = Duration.ofMillis(100);

    private Consume() {}

    public static Spec spec() {
        return ClientOptions.add(Spec.command("Read records of a topic, one line each, until stopped.", Consume::run)
                        .argument(0, "TOPIC", "The topic to read.")
                        .flag(FROM_BEGINNING, "Start at the first record. Default: only new records.")
                        .number(
                                FROM_OFFSET,
                                "N",
                                "Start at this offset of each partition; -N starts N records before the end.")
                        .text(FROM_TIME, "TIME", "Start at the first record of this time: " + TimeText.FORMS + ".")
                        .flag(
                                new String[] {"-e", STOP_AT_END},
                                "Stop at what is the end now; starts at the beginning unless told otherwise.")
                        .text(
                                new String[] {"-g", GROUP},
                                "NAME",
                                "Share the topic with the other members of this group, and commit what was read.")
                        .number(new String[] {"-n", COUNT}, "N", "Stop after N records.")
                        .text(new String[] {"-p", PARTITIONS}, "N[,N]", "Only these partitions. Default: all.")
                        .text(
                                new String[] {"-f", FORMAT},
                                "FORMAT",
                                "What a line shows: value, key-value or json. Default: value.")
                        .text(
                                new String[] {"-s", SEPARATOR},
                                "TEXT",
                                "What stands between key and value; implies key-value. Default there: a tab.")
                        .text(NULL, "TEXT", "What to write for a null key or value. Default: null.")
                        .flag(Given.JSON, "The same as --format json."))
                .footer(
                        "",
                        "JSON: topic, partition, offset, timestamp (ms), timestampType, key, value, headers; keyBase64 and",
                        "valueBase64 instead where the bytes are not UTF-8.",
                        "",
                        "Examples:",
                        "  ottla consume orders --from-beginning",
                        "  ottla consume orders --from-time 15m --stop-at-end --format json",
                        "  ottla consume orders --from-offset -10 --count 10 --partitions 0",
                        "  ottla consume orders --group billing --from-beginning");
    }

    private static void run(Given given, Io io) throws Exception {
        String topic = given.argument(0);
        OutputFormat format = format(given);
        Start start = start(given, io);
        Long count = given.number(COUNT);
        if (count != null && count < 1) {
            throw Given.usage("%s takes 1 or more, not %d.".formatted(COUNT, count));
        }
        List<Integer> wanted = partitions(given.text(PARTITIONS));
        var options = ClientOptions.of(given, io);
        Reachability.check(options);
        String group = given.text(GROUP);
        if (group != null) {
            runInGroup(given, io, options, group, format, count == null ? Long.MAX_VALUE : count);
            return;
        }
        var consumer = new KafkaConsumer<byte[], byte[]>(settings(options, given.has(STOP_AT_END)));
        try {
            var timeout = Duration.ofMillis(options.timeoutMs());
            List<TopicPartition> partitions = find(consumer, topic, wanted, timeout);
            consumer.assign(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, timeout);
            start.resolve(consumer, ends, timeout).forEach(consumer::seek);
            var reading = new Reading(
                    consumer,
                    format,
                    io,
                    count == null ? Long.MAX_VALUE : count,
                    given.has(STOP_AT_END) ? ends : Map.of());
            long records = untilInterrupted(reading::all, consumer, io);
            if (io.terminal().err()) {
                io.err().println(Progress.count(records, "record"));
            }
        } finally {
            consumer.close(CloseOptions.timeout(CLOSE));
        }
    }

    private static void runInGroup(
            Given given, Io io, ClientOptions options, String group, OutputFormat format, long count) throws Exception {
        given.atMostOne(GROUP, FROM_OFFSET, FROM_TIME, STOP_AT_END, PARTITIONS);
        Properties settings = settings(options, false);
        settings.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, given.has(FROM_BEGINNING) ? "earliest" : "latest");
        try (var consumer = new KafkaConsumer<byte[], byte[]>(settings)) {
            find(consumer, given.argument(0), List.of(), Duration.ofMillis(options.timeoutMs()));
            consumer.subscribe(List.of(given.argument(0)));
            var reading = new GroupReading(consumer, format, io, count);
            long records = untilInterrupted(reading::all, consumer, io);
            if (io.terminal().err()) {
                io.err().println(Progress.count(records, "record"));
            }
        }
    }

    /** Reads and answers how many records were written. */
    @FunctionalInterface
    private interface ReadingAll {
        long all() throws IOException;
    }

    /** Ctrl-C ends the reading between two records, with what was read written out. */
    private static long untilInterrupted(ReadingAll reading, KafkaConsumer<byte[], byte[]> consumer, Io io)
            throws IOException {
        var ended = new CountDownLatch(1);
        try (var _ = io.interrupts().onInterrupt(() -> wakeUp(consumer, ended))) {
            return reading.all();
        } catch (IOException e) {
            if (isBrokenPipe(e)) {
                return 0;
            }
            throw e;
        } finally {
            ended.countDown();
        }
    }

    private static void wakeUp(KafkaConsumer<byte[], byte[]> consumer, CountDownLatch ended) {
        consumer.wakeup();
        try {
            if (!ended.await(GRACE_S, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The reader, such as head, has all that it wants: no failure. */
    private static boolean isBrokenPipe(IOException e) {
        return String.valueOf(e.getMessage()).contains("Broken pipe");
    }

    private static OutputFormat format(Given given) {
        String separator = given.text(SEPARATOR);
        String implied = given.json() ? "json" : separator == null ? "value" : "key-value";
        String name = given.text(FORMAT, implied);
        if (given.json() && !name.equals("json")) {
            throw Given.usage("%s and %s %s exclude each other.".formatted(Given.JSON, FORMAT, name));
        }
        if (separator != null && !name.equals("key-value")) {
            throw Given.usage("%s belongs to %s key-value.".formatted(SEPARATOR, FORMAT));
        }
        String nullText = given.text(NULL, "null");
        return switch (name) {
            case "value" -> new OutputFormat.Value(nullText);
            case "key-value" -> new OutputFormat.KeyValue(Escapes.plain(separator, "\t"), nullText);
            case "json" -> new OutputFormat.JsonLines();
            default -> throw Given.usage("%s is value, key-value or json, not '%s'.".formatted(FORMAT, name));
        };
    }

    private static Start start(Given given, Io io) {
        given.atMostOne(FROM_BEGINNING, FROM_OFFSET, FROM_TIME);
        Long offset = given.number(FROM_OFFSET);
        String time = given.text(FROM_TIME);
        if (offset != null) {
            return new Start.Offset(offset);
        }
        if (time != null) {
            return new Start.Time(TimeText.parse(time, io.clock().wallMs(), ZoneId.systemDefault()));
        }
        return given.has(FROM_BEGINNING) || given.has(STOP_AT_END) ? new Start.Beginning() : new Start.End();
    }

    /** @return the numbers in order; none means all */
    private static List<Integer> partitions(@Nullable String text) {
        if (text == null) {
            return List.of();
        }
        var numbers = new TreeSet<Integer>();
        for (String number : text.split(",", -1)) {
            try {
                numbers.add(Integer.parseUnsignedInt(number.strip()));
            } catch (NumberFormatException e) {
                throw Given.usage("%s takes numbers separated by commas, not '%s'.".formatted(PARTITIONS, text));
            }
        }
        return List.copyOf(numbers);
    }

    private static List<TopicPartition> find(
            KafkaConsumer<?, ?> consumer, String topic, List<Integer> wanted, Duration timeout) {
        List<PartitionInfo> there = consumer.partitionsFor(topic, timeout);
        if (there == null || there.isEmpty()) {
            throw CommandFailure.of(ExitCode.NOT_FOUND, "There is no topic '%s'.".formatted(topic))
                    .hint("See what there is: ottla topic list")
                    .error("UNKNOWN_TOPIC_OR_PARTITION");
        }
        var partitions = new ArrayList<TopicPartition>();
        for (int number : wanted) {
            Partitions.check(number, topic, there.size());
            partitions.add(new TopicPartition(topic, number));
        }
        if (wanted.isEmpty()) {
            there.forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
        }
        return partitions;
    }

    private static Properties settings(ClientOptions options, boolean stopsAtEnd) {
        var settings = new HashMap<String, Object>();
        settings.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        settings.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, options.timeoutMs());
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        if (stopsAtEnd) {
            settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, WAIT_AT_END_MS);
        }
        return options.with(settings);
    }
}
