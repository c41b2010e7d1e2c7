package dev.ottla.benchmarks.groups;

import dev.ottla.benchmarks.broker.BrokerProcess;
import dev.ottla.benchmarks.broker.Contender;
import dev.ottla.benchmarks.rounds.Round;
import dev.ottla.benchmarks.rounds.Work;
import dev.ottla.benchmarks.rounds.Workloads;
import java.util.List;

/**
 * Groups of consumers, Ottla and Apache Kafka in turn: the time until a group is stable, what heartbeats and commits cost the broker, what a group takes of its
 * memory. Sizes as {@link GroupSizes} says.
 *
 * <p>When a commit is answered, Ottla has it on the disk; with ottla.journal.enable=false it has it in the page cache, as Apache Kafka has. Members are sockets
 * of one thread, not consumers; while their group is not stable they heartbeat as soon as they are answered. The time until a group is stable has the members'
 * side in it. Memory: Apache Kafka with its scripts' heap, 1 GiB from the start, Ottla with its command's, each after a full collection; resident memory holds
 * what either keeps of its heap, so that live heap compares better.
 */
public final class Groups {
    /** What makes groups of both brokers wait for more to come. */
    private static final List<String> SETTINGS =
            List.of("group.initial.rebalance.delay.ms=0", "group.consumer.assignment.interval.ms=0");

    private final Round round;
    private final GroupSizes sizes = GroupSizes.ofProperties();

    private Groups(Round round) {
        this.round = round;
    }

    /** The work of this name. */
    public static Work work() {
        return new Work(
                "groups",
                "groups of consumers: the time until they are stable, what heartbeats and commits cost, their memory",
                List.of(Contender.OTTLA, Contender.KAFKA, Contender.OTTLA_WITHOUT_JOURNAL),
                round -> new Groups(round).run());
    }

    private void run() throws Exception {
        Contender contender = round.contender();
        // Without its journal Ottla stands beside the others for commits alone.
        boolean commitsOnly = contender == Contender.OTTLA_WITHOUT_JOURNAL;
        boolean loads = wants("commits") || (!commitsOnly && (wants("stable") || wants("heartbeats")));
        if (loads) {
            served((broker, wire) -> {
                GroupWork work = new GroupWork(sizes, broker, wire, this::add);
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
            served(this::memory);
        }
    }

    private boolean wants(String part) {
        return sizes.parts().contains(part);
    }

    /** In a broker that has served groups before, so that what it needs once is there. */
    private void memory(BrokerProcess broker, Wire wire) throws Exception {
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
        add(new GroupWork.Figure(what + "made a second", sizes.groups() / seconds));
        add(new GroupWork.Figure(what + "live heap, bytes a group", (heapAfter - heap) / sizes.groups()));
        add(new GroupWork.Figure(what + "live heap in all, MiB", heapAfter / (1 << 20)));
        add(new GroupWork.Figure(
                what + "resident memory, bytes a group", (residentAfter - resident) * (1 << 20) / sizes.groups()));
        add(new GroupWork.Figure(what + "resident memory in all, MiB", residentAfter));
    }

    private interface Use {
        void with(BrokerProcess broker, Wire wire) throws Exception;
    }

    private void served(Use work) throws Exception {
        Round.Node node = round.node(SETTINGS.toArray(String[]::new));
        try (BrokerProcess broker = node.start()) {
            Workloads.firstAcknowledgedMs(broker);
            try (Wire wire = new Wire(broker)) {
                work.with(broker, wire);
            }
        }
        round.drop(node);
    }

    private void add(GroupWork.Figure figure) {
        round.add(figure.name(), figure.value());
    }
}
