package dev.ottla.benchmarks.speed;

import dev.ottla.benchmarks.broker.BrokerProcess;
import dev.ottla.benchmarks.broker.Settings;
import dev.ottla.benchmarks.broker.Usage;
import dev.ottla.benchmarks.report.Aim;
import dev.ottla.benchmarks.rounds.Round;
import dev.ottla.benchmarks.rounds.Work;
import dev.ottla.benchmarks.rounds.Workloads;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Apache Kafka's own measuring tools, each in a process of its own. */
final class KafkaTools {
    private static final long RECORDS = Settings.number("tools.records", 1_000_000);
    private static final long TRIPS = Settings.number("tools.trips", 5_000);
    private static final int PARTITIONS = 6;
    private static final Pattern PRODUCED = Pattern.compile(
            "records sent, ([0-9.]+) records/sec \\(([0-9.]+) MB/sec\\), "
                    + "([0-9.]+) ms avg latency, ([0-9.]+) ms max latency, ([0-9]+) ms 50th, ([0-9]+) ms 95th, ([0-9]+) ms 99th");
    private static final Pattern AVERAGE = Pattern.compile("Avg latency: ([0-9.]+) ms");
    private static final Pattern PERCENTILES =
            Pattern.compile("Percentiles: 50th = ([0-9]+), 99th = ([0-9]+), 99.9th = ([0-9]+)");

    private KafkaTools() {}

    static List<Work> works() {
        return List.of(
                Work.of(
                        "end-to-end",
                        "one record at a time from producer to consumer: Kafka's tool, and ours",
                        KafkaTools::trips),
                Work.of(
                        "kafka-tools",
                        "Kafka's ProducerPerformance and ConsumerPerformance, 100 B and 1 KiB",
                        KafkaTools::run));
    }

    private static void trips(Round round) throws Exception {
        try (BrokerProcess broker = round.start()) {
            Workloads.createTopic(broker.bootstrap(), "tool", 1);
            Workloads.createTopic(broker.bootstrap(), "own", 1);
            Usage before = broker.usage();
            String said = run(
                    "EndToEndLatency",
                    "--bootstrap-server",
                    broker.bootstrap(),
                    "--topic",
                    "tool",
                    "--num-records",
                    Long.toString(TRIPS),
                    "--producer-acks",
                    "all",
                    "--record-size",
                    "100");
            Usage used = broker.usage().since(before);
            round.used("end to end, Kafka's tool", used, TRIPS, TRIPS * 100, 0);
            round.add("end to end, Kafka's tool, average ms", number(AVERAGE, said, 1), Aim.ratioAtMost(0.4));
            // Whole milliseconds, which may be none.
            round.add("end to end, Kafka's tool, p99 ms", number(PERCENTILES, said, 2), Aim.ratioAtMost(0.25));
            round.add("end to end, Kafka's tool, p99.9 ms", number(PERCENTILES, said, 3));
            EndToEnd.measure(round, broker, "own", TRIPS);
        }
    }

    private static void run(Round round) throws Exception {
        try (BrokerProcess broker = round.start()) {
            produceAndConsume(round, broker, 100, "100 B");
            produceAndConsume(round, broker, 1024, "1 KiB");
        }
    }

    private static void produceAndConsume(Round round, BrokerProcess broker, int bytes, String size) throws Exception {
        String topic = "perf-" + bytes;
        Workloads.createTopic(broker.bootstrap(), topic, PARTITIONS);
        Usage before = broker.usage();
        String said = run(
                "ProducerPerformance",
                "--bootstrap-server",
                broker.bootstrap(),
                "--topic",
                topic,
                "--num-records",
                Long.toString(RECORDS),
                "--record-size",
                Integer.toString(bytes),
                "--throughput",
                "-1",
                "--command-property",
                "acks=all");
        Usage produced = broker.usage().since(before);
        String what = "ProducerPerformance " + size + ", ";
        round.add(what + "records/s", number(PRODUCED, said, 1));
        round.add(what + "average ms", number(PRODUCED, said, 3));
        round.add(what + "p99 ms", number(PRODUCED, said, 7));
        round.add(what + "broker CPU s/M records", produced.cpuSeconds() / (RECORDS / 1e6));
        round.used(what.strip(), produced, RECORDS, RECORDS * bytes, 0);
        before = broker.usage();
        said = run(
                "ConsumerPerformance",
                "--bootstrap-server",
                broker.bootstrap(),
                "--topic",
                topic,
                "--num-records",
                Long.toString(RECORDS),
                "--hide-header");
        Usage consumed = broker.usage().since(before);
        String[] fields = lastLine(said).split(", ", -1);
        what = "ConsumerPerformance " + size + ", ";
        round.add(what + "MB/s", Double.parseDouble(fields[8].strip()));
        round.add(what + "broker CPU s/GB", consumed.cpuSeconds() / (RECORDS * bytes / 1e9));
        round.used(what.strip(), consumed, RECORDS, RECORDS * bytes, 0);
    }

    private static String lastLine(String said) throws IOException {
        return said.lines()
                .filter(line -> line.split(", ", -1).length == 10)
                .reduce((_, last) -> last)
                .orElseThrow(() -> new IOException("The tool said: " + said));
    }

    private static double number(Pattern pattern, String said, int group) throws IOException {
        Matcher matcher = pattern.matcher(said);
        String found = "";
        while (matcher.find()) {
            found = matcher.group(group);
        }
        if (found.isEmpty()) {
            throw new IOException("The tool said: " + said);
        }
        return Double.parseDouble(found);
    }

    /** The flags of Kafka's own scripts for tools, as far as they matter. */
    private static String run(String tool, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512M",
                "-XX:+UseG1GC",
                "--enable-native-access=ALL-UNNAMED",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                "-cp",
                System.getProperty("java.class.path"),
                "org.apache.kafka.tools." + tool));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(tool + " said: " + said);
        }
        return said;
    }
}
