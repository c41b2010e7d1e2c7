package dev.ottla.benchmarks.speed;

import dev.ottla.benchmarks.broker.BrokerProcess;
import dev.ottla.benchmarks.broker.Settings;
import dev.ottla.benchmarks.broker.StartProbe;
import dev.ottla.benchmarks.broker.Usage;
import dev.ottla.benchmarks.load.Batch;
import dev.ottla.benchmarks.load.LoadGenerator;
import dev.ottla.benchmarks.load.Tally;
import dev.ottla.benchmarks.report.Aim;
import dev.ottla.benchmarks.rounds.Round;
import dev.ottla.benchmarks.rounds.Work;
import dev.ottla.benchmarks.rounds.Workloads;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** What connections that do nothing take, and what requests allocate. */
final class Small {
    private static final int CONNECTIONS = Settings.count("idle.connections", 5_000);
    private static final long SETTLE_NANOS = 5_000_000_000L;
    private static final double SECONDS = Settings.seconds("allocation.seconds", 10);
    private static final int PARTITIONS = 6;
    private static final int BUSY_CONNECTIONS = 8;
    private static final double KIB_A_MIB = 1024;

    private Small() {}

    static List<Work> works() {
        return List.of(
                Work.of("idle-connections", "5,000 connections that do nothing: resident memory", Small::idle),
                Work.of("allocation", "bytes allocated on the heap for a request", Small::allocation));
    }

    private static void idle(Round round) throws Exception {
        List<SocketChannel> channels = new ArrayList<>();
        try (BrokerProcess broker = round.start("max.connections=6000")) {
            StartProbe.answeredMs(broker);
            StartProbe.greeted(broker.port()).close();
            LockSupport.parkNanos(SETTLE_NANOS);
            double before = broker.residentMib();
            double start = System.nanoTime();
            for (int i = 0; i < CONNECTIONS; i++) {
                channels.add(StartProbe.greeted(broker.port()));
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            LockSupport.parkNanos(SETTLE_NANOS);
            double after = broker.residentMib();
            String what = CONNECTIONS + " idle connections, ";
            round.add(what + "resident memory, MiB", after, Aim.ratioAtMost(0.25));
            round.add(what + "resident memory more than before, MiB", after - before, Aim.ratioAtMost(0.25));
            round.add(what + "resident memory more, KiB each", (after - before) * KIB_A_MIB / CONNECTIONS);
            round.add(what + "made and greeted, connections/s", CONNECTIONS / seconds);
            Usage from = broker.usage();
            LockSupport.parkNanos(SETTLE_NANOS);
            round.used(what + "5 s of them", broker.usage().since(from), 0, 0, 0);
        } finally {
            for (SocketChannel channel : channels) {
                channel.close();
            }
        }
    }

    private static void allocation(Round round) throws Exception {
        Batch batch = Batch.of(150, 100);
        try (BrokerProcess broker = round.start()) {
            Workloads.createTopic(broker.bootstrap(), "a", PARTITIONS);
            try (LoadGenerator load = new LoadGenerator(broker.port(), 1)) {
                Tally tally = load.produce(BUSY_CONNECTIONS, "a", PARTITIONS, batch);
                allocated(round, broker, load, tally, "produce 150 records of 100 B");
            }
            try (LoadGenerator load = new LoadGenerator(broker.port(), 1)) {
                Tally tally = load.fetch(BUSY_CONNECTIONS, "a", PARTITIONS, 65_536, batch, true);
                allocated(round, broker, load, tally, "fetch 64 KiB");
            }
        }
    }

    private static void allocated(Round round, BrokerProcess broker, LoadGenerator load, Tally tally, String what)
            throws Exception {
        load.closed(SECONDS / 2);
        load.drain();
        long before = broker.allocatedBytes();
        double seconds = load.closed(SECONDS);
        load.drain();
        long bytes = broker.allocatedBytes() - before;
        round.add(what + ", heap bytes a request", bytes / (double) tally.requests());
        round.add(what + ", heap MB/s", bytes / 1e6 / seconds);
    }
}
