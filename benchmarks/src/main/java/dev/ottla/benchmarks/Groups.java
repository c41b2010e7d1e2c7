package dev.ottla.benchmarks;

import java.nio.file.Path;
import java.util.List;

/**
 * Groups of consumers, Ottla and Apache Kafka in turn: the time until a group is stable, what heartbeats and commits cost the broker, what a group takes of its
 * memory. Arguments: the checkout's folder, a scratch folder, rounds; sizes as {@link GroupSizes} says.
 */
public final class Groups {
    /** What makes groups of both brokers wait for more to come. */
    private static final List<String> SETTINGS =
            List.of("group.initial.rebalance.delay.ms=0", "group.consumer.assignment.interval.ms=0");

    private static final String NOTES = """
            When a commit is answered, Ottla has it on the disk; with ottla.journal.enable=false it has it in the page cache, as Apache Kafka has.
            Members are sockets of one thread, not consumers; while their group is not stable they heartbeat as soon as they are answered.
            Settings of all: %s. The time until a group is stable has the members' side in it; broker CPU counts in steps of 10 ms.
            Memory: Apache Kafka with its scripts' heap, 1 GiB from the start, Ottla with its command's, 32 to 512 MiB, each after a full collection; resident
            memory holds what either keeps of its heap, so that live heap compares better.
            """.formatted(String.join(", ", SETTINGS));

    private final Path home;
    private final Path scratch;
    private final GroupSizes sizes;
    private final Figures figures;

    private Groups(Path home, Path scratch, GroupSizes sizes) {
        this.home = home;
        this.scratch = scratch;
        this.sizes = sizes;
        this.figures = new Figures(sizes.contenders());
    }

    public static void main(String[] arguments) throws Exception {
        Groups run = new Groups(
                Path.of(arguments[0]).toAbsolutePath(),
                Path.of(arguments[1]).toAbsolutePath(),
                GroupSizes.ofProperties());
        int rounds = Integer.parseInt(arguments[2]);
        for (int round = 0; round < rounds; round++) {
            for (Contender contender : run.sizes.contenders()) {
                System.err.println("round " + (round + 1) + " of " + rounds + ": " + contender.title());
                run.round(contender, round);
            }
            System.out.println(NOTES + "\nAfter " + (round + 1) + " rounds:\n" + run.figures.table());
        }
    }

    private void round(Contender contender, int round) throws Exception {
        // Without its journal Ottla stands beside the others for commits alone.
        boolean commitsOnly = contender == Contender.OTTLA_WITHOUT_JOURNAL;
        boolean loads = wants("commits") || (!commitsOnly && (wants("stable") || wants("heartbeats")));
        if (loads) {
            served(contender, round + "-loads", (broker, wire) -> {
                GroupWork work = new GroupWork(sizes, broker, wire, figure -> add(contender, figure));
                work.prepare();
                if (wants("stable") && !commitsOnly) {
                    work.stable();
                }
                if (wants("heartbeats") && !commitsOnly) {
                    work.heartbeats();
                }
                if (wants("commits")) {
                    work.commits();
                }
            });
        }
        if (wants("memory") && !commitsOnly) {
            served(contender, round + "-memory", (broker, wire) -> memory(contender, broker, wire));
        }
    }

    private boolean wants(String part) {
        return sizes.parts().contains(part);
    }

    /** In a broker that has served groups before, so that what it needs once is there. */
    private void memory(Contender contender, BrokerProcess broker, Wire wire) throws Exception {
        Workloads.createTopic(broker.bootstrap(), "many", 1);
        GroupCoordinators.await(wire, "many");
        ManyGroups groups = new ManyGroups(wire, "many", 1);
        groups.add(Math.max(1, sizes.groups() / 10));
        double heap = broker.liveHeapBytes();
        double resident = broker.residentMib();
        double start = System.nanoTime();
        groups.add(sizes.groups());
        double seconds = (System.nanoTime() - start) / 1e9;
        double heapAfter = broker.liveHeapBytes();
        double residentAfter = broker.residentMib();
        String what = sizes.groups() + " groups of one member with one committed offset, ";
        add(contender, new GroupWork.Figure(what + "made a second", sizes.groups() / seconds));
        add(contender, new GroupWork.Figure(what + "live heap, bytes a group", (heapAfter - heap) / sizes.groups()));
        add(contender, new GroupWork.Figure(what + "live heap in all, MiB", heapAfter / (1 << 20)));
        add(
                contender,
                new GroupWork.Figure(
                        what + "resident memory, bytes a group",
                        (residentAfter - resident) * (1 << 20) / sizes.groups()));
        add(contender, new GroupWork.Figure(what + "resident memory in all, MiB", residentAfter));
    }

    private interface Work {
        void with(BrokerProcess broker, Wire wire) throws Exception;
    }

    private void served(Contender contender, String name, Work work) throws Exception {
        Path data = scratch.resolve(contender.name() + "-" + name);
        int port = BrokerProcess.freePort();
        contender.prepare(data, port, SETTINGS);
        try (BrokerProcess broker = BrokerProcess.start(contender, home, data, port, SETTINGS)) {
            Workloads.firstAcknowledgedMs(broker);
            try (Wire wire = new Wire(broker)) {
                work.with(broker, wire);
            }
        }
        Scratch.delete(data);
    }

    private void add(Contender contender, GroupWork.Figure figure) {
        figures.add(figure.name(), contender, figure.value());
        System.err.println("  " + figure.name() + ": " + Math.round(figure.value() * 10) / 10.0);
    }
}
