package dev.ottla.benchmarks.speed;

import dev.ottla.benchmarks.broker.BrokerProcess;
import dev.ottla.benchmarks.broker.Contender;
import dev.ottla.benchmarks.broker.Settings;
import dev.ottla.benchmarks.broker.StartProbe;
import dev.ottla.benchmarks.load.Batch;
import dev.ottla.benchmarks.load.LoadGenerator;
import dev.ottla.benchmarks.load.Tally;
import dev.ottla.benchmarks.report.Aim;
import dev.ottla.benchmarks.rounds.Round;
import dev.ottla.benchmarks.rounds.Work;
import dev.ottla.benchmarks.rounds.Workloads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** How long starts take: the first, on the same folder again, and after kill -9. */
final class Restarts {
    private static final int STARTS = Settings.count("start.times", 3);
    private static final long RECORDS = Settings.number("kill.records", 12_000_000);
    private static final int RECORD_BYTES = Settings.count("kill.recordBytes", 170);
    private static final int PARTITIONS = 6;
    private static final double FILL_SECONDS = Settings.seconds("journal.seconds", 20);
    private static final int FILL_PARTITIONS = Settings.count("journal.partitions", 1_000);
    private static final int FILL_CONNECTIONS = 64;
    private static final double MIB = 1 << 20;
    private static final String TOPIC = "t";

    private Restarts() {}

    static List<Work> works() {
        return List.of(
                Work.of(
                        "start",
                        "launcher to the first answered Metadata, on empty and used folders",
                        Restarts::starts),
                Work.of(
                        "restart-killed",
                        "kill -9 with 2 GB in 12 million records, to the first acknowledged one",
                        Restarts::killed),
                new Work(
                        "restart-journal",
                        "Ottla alone: kill -9 with a journal as full as it gets",
                        List.of(Contender.OTTLA),
                        Restarts::fullJournal));
    }

    private static void starts(Round round) throws Exception {
        for (int time = 0; time < STARTS; time++) {
            Round.Node node = round.node();
            try (BrokerProcess broker = node.start()) {
                double ms = StartProbe.answeredMs(broker);
                round.add("start on an empty folder to answered Metadata, ms", ms, Aim.ratioAtMost(0.1));
                round.add("start on an empty folder, broker CPU s", broker.cpuSeconds());
            }
            try (BrokerProcess broker = node.start()) {
                double ms = StartProbe.answeredMs(broker);
                round.add("start on the same folder to answered Metadata, ms", ms, Aim.ratioAtMost(0.1));
            }
            round.drop(node);
        }
    }

    private static void killed(Round round) throws Exception {
        Round.Node node = round.node();
        try (BrokerProcess broker = node.start()) {
            Workloads.createTopic(broker.bootstrap(), TOPIC, PARTITIONS);
            Workloads.produce(broker, TOPIC, RECORDS, RECORD_BYTES, Map.of());
            broker.kill();
        }
        try (BrokerProcess broker = node.start()) {
            double ms = Workloads.acknowledgedMs(broker, TOPIC);
            round.add("restart after kill -9 to the first acknowledged record, ms", ms, Aim.ratioAtMost(0.1));
            round.add("restart after kill -9, broker CPU s", broker.cpuSeconds());
            round.add("restart after kill -9, resident memory, MiB", broker.residentMib());
        }
    }

    private static void fullJournal(Round round) throws Exception {
        Round.Node node = round.node();
        Batch batch = Batch.filling(65_536, 100);
        try (BrokerProcess broker = node.start()) {
            Workloads.createTopic(broker.bootstrap(), TOPIC, FILL_PARTITIONS);
            try (LoadGenerator load = new LoadGenerator(broker.port(), 1)) {
                Tally tally = load.produce(FILL_CONNECTIONS, TOPIC, FILL_PARTITIONS, batch);
                double seconds = load.closed(FILL_SECONDS);
                broker.kill();
                round.add("load before kill -9, MB/s", tally.bytes() / 1e6 / seconds);
            }
        }
        round.add("journal's files at kill -9, MiB", journalBytes(node.data()) / MIB);
        try (BrokerProcess broker = node.start()) {
            double ms = Workloads.acknowledgedMs(broker, TOPIC);
            round.add("restart with a full journal to the first acknowledged record, ms", ms, Aim.atMost(3_000));
            round.add("restart with a full journal, broker CPU s", broker.cpuSeconds());
            round.add("restart with a full journal, bytes written, MiB", broker.writtenBytes() / MIB);
        }
    }

    /** As large as they are on the disk, what is not in use in them included. */
    private static long journalBytes(Path data) throws IOException {
        try (var files = Files.walk(data)) {
            return files.filter(file -> data.relativize(file).toString().contains("journal"))
                    .filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }
}
