package dev.ottla.benchmarks.speed;

import dev.ottla.benchmarks.broker.BrokerProcess;
import dev.ottla.benchmarks.broker.Settings;
import dev.ottla.benchmarks.load.Batch;
import dev.ottla.benchmarks.load.LoadGenerator;
import dev.ottla.benchmarks.load.Tally;
import dev.ottla.benchmarks.rounds.Measured;
import dev.ottla.benchmarks.rounds.Round;
import dev.ottla.benchmarks.rounds.Work;
import dev.ottla.benchmarks.rounds.Workloads;
import java.util.List;
import java.util.Map;

/** The load generator with one thing varied at a time. */
public final class Matrix {
    private static final double SECONDS = Settings.seconds("matrix.seconds", 3);
    private static final double WARM_UP_SECONDS = Settings.seconds("matrix.warmUpSeconds", 1);
    private static final double FIRST_SECONDS = Settings.seconds("matrix.firstSeconds", 5);
    private static final List<Integer> SIZES = Settings.counts("matrix.sizes", "100,1024,16384,131072,1048576");
    private static final List<Integer> CONNECTIONS = Settings.counts("matrix.connections", "1,8,64,512,4900");
    /** Either broker refuses to make ten thousand and their topic by one request. */
    private static final List<Integer> PARTITIONS = Settings.counts("matrix.partitions", "1,10,100,1000,9000");

    private static final List<Integer> DEPTHS = Settings.counts("matrix.depths", "1,5,20");
    private static final List<Integer> RATES = Settings.counts("matrix.rates", "500,2000,8000");
    private static final List<String> CODECS = Settings.words("matrix.codecs", "none,lz4,zstd");
    private static final int USUAL_PARTITIONS = 6;
    private static final int USUAL_CONNECTIONS = 16;
    private static final int BATCH_BYTES = 65_536;
    private static final int FETCH_BYTES = 1 << 20;
    /** Room for a record of 1 MiB and what is around it. */
    private static final Map<String, String> LARGE = Map.of("max.message.bytes", Integer.toString(2 << 20));

    private final Round round;
    private final BrokerProcess broker;

    private Matrix(Round round, BrokerProcess broker) {
        this.round = round;
        this.broker = broker;
    }

    private interface Task {
        void run(Matrix matrix) throws Exception;
    }

    public static List<Work> works() {
        return List.of(
                work("matrix-sizes", "produce 100 B to 1 MiB records", Matrix::sizes),
                work("matrix-codecs", "produce 1 KiB records without compression, lz4, zstd", Matrix::codecs),
                work("matrix-connections", "produce over 1 to 4,900 connections", Matrix::connections),
                work("matrix-partitions", "produce to 1 to 9,000 partitions", Matrix::partitions),
                work("matrix-depth", "produce with several requests in flight on a connection", Matrix::depths),
                work("matrix-open", "single 1 KiB records at fixed rates over 64 connections, open loop", Matrix::open),
                work("matrix-fetch", "fetch from the past; fetch at the tail while others produce", Matrix::fetch));
    }

    private static Work work(String name, String what, Task task) {
        return Work.of(name, what, round -> {
            try (BrokerProcess broker = round.start()) {
                Matrix matrix = new Matrix(round, broker);
                matrix.topic("warm", USUAL_PARTITIONS);
                Measured.run(broker, "warm", USUAL_PARTITIONS, 8, Batch.of(150, 100), 0, FIRST_SECONDS);
                task.run(matrix);
            }
        });
    }

    private void topic(String name, int partitions) throws Exception {
        Workloads.createTopic(broker.bootstrap(), name, partitions, LARGE);
    }

    private void produce(String what, String topic, int partitions, int connections, int depth, Batch batch)
            throws Exception {
        try (LoadGenerator load = new LoadGenerator(broker.port(), depth)) {
            Tally tally = load.produce(connections, topic, partitions, batch);
            load.closed(WARM_UP_SECONDS);
            report("produce, " + what, Measured.around(broker, tally, () -> load.closed(SECONDS)));
        }
    }

    private void report(String what, Measured measured) {
        Tally done = measured.done();
        round.add(what + ", records/s", measured.recordsPerSecond());
        round.add(what + ", MB/s", measured.megabytesPerSecond());
        round.add(what + ", p50 us", done.latencyUs(50));
        round.add(what + ", p99 us", done.latencyUs(99));
        round.add(what + ", broker CPU s/GB", measured.used().cpuSeconds() / (done.bytes() / 1e9));
        round.used(what, measured.used(), done.records(), done.bytes(), done.requests());
    }

    private void sizes() throws Exception {
        topic("sizes", USUAL_PARTITIONS);
        for (int size : SIZES) {
            Batch batch = Batch.filling(BATCH_BYTES, size);
            produce("records of " + size + " B", "sizes", USUAL_PARTITIONS, USUAL_CONNECTIONS, 1, batch);
        }
    }

    private void codecs() throws Exception {
        topic("codecs", USUAL_PARTITIONS);
        for (String codec : CODECS) {
            Batch batch = Batch.of(BATCH_BYTES / 1024, 1024, codec);
            produce("compression " + codec, "codecs", USUAL_PARTITIONS, USUAL_CONNECTIONS, 1, batch);
        }
    }

    private void connections() throws Exception {
        topic("connections", USUAL_PARTITIONS);
        for (int connections : CONNECTIONS) {
            produce("connections " + connections, "connections", USUAL_PARTITIONS, connections, 1, Batch.of(150, 100));
        }
    }

    private void partitions() throws Exception {
        for (int partitions : PARTITIONS) {
            String topic = "partitions-" + partitions;
            topic(topic, partitions);
            produce("partitions " + partitions, topic, partitions, USUAL_CONNECTIONS, 1, Batch.of(150, 100));
        }
    }

    private void depths() throws Exception {
        topic("depths", USUAL_PARTITIONS);
        for (int depth : DEPTHS) {
            produce(
                    "in flight on each of 8 connections " + depth,
                    "depths",
                    USUAL_PARTITIONS,
                    8,
                    depth,
                    Batch.of(150, 100));
        }
    }

    private void open() throws Exception {
        topic("open", USUAL_PARTITIONS);
        try (LoadGenerator load = new LoadGenerator(broker.port(), 5)) {
            Tally tally = load.produce(64, "open", USUAL_PARTITIONS, Batch.of(1, 1024));
            for (int rate : RATES) {
                load.open(rate, WARM_UP_SECONDS);
                Measured measured = Measured.around(broker, tally, () -> load.open(rate, SECONDS));
                String what = "open loop at " + rate + " requests/s";
                round.latencies(what, tally.latencies());
                round.add(what + ", answered requests/s", measured.requestsPerSecond());
                round.add(what + ", broker CPU us a request", measured.used().cpuSeconds() * 1e6 / tally.requests());
                round.used(what, measured.used(), tally.records(), tally.bytes(), tally.requests());
            }
        }
    }

    private void fetch() throws Exception {
        Batch batch = Batch.filling(BATCH_BYTES, 1024);
        topic("past", USUAL_PARTITIONS);
        Measured.run(broker, "past", USUAL_PARTITIONS, USUAL_CONNECTIONS, batch, 0, SECONDS);
        try (LoadGenerator load = new LoadGenerator(broker.port(), 1)) {
            Tally tally = load.fetch(USUAL_CONNECTIONS, "past", USUAL_PARTITIONS, FETCH_BYTES, batch, true);
            load.closed(WARM_UP_SECONDS);
            report("fetch from the past, 1 KiB records", Measured.around(broker, tally, () -> load.closed(SECONDS)));
        }
        topic("tail", USUAL_PARTITIONS);
        try (LoadGenerator load = new LoadGenerator(broker.port(), 1)) {
            Tally fetched = load.fetch(USUAL_PARTITIONS, "tail", USUAL_PARTITIONS, FETCH_BYTES, batch, false);
            Tally produced = load.produce(USUAL_PARTITIONS, "tail", USUAL_PARTITIONS, batch);
            load.closed(WARM_UP_SECONDS);
            Measured measured = Measured.around(broker, fetched, () -> load.closed(SECONDS));
            report("mixed: fetch at the tail, 1 KiB records", measured);
            report("mixed: produce, 1 KiB records", new Measured(measured.seconds(), produced, measured.used()));
        }
    }
}
