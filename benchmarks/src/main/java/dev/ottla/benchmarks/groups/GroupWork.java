package dev.ottla.benchmarks.groups;

import dev.ottla.benchmarks.broker.BrokerProcess;
import dev.ottla.benchmarks.rounds.Workloads;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

/** What one broker is given to do in a round of {@link Groups}, measured. */
final class GroupWork {
    private static final int WARM_MEMBERS = 50;
    /** Requests of a member that commits, with as many offsets. */
    private static final int DIFFERENT_COMMITS = 16;

    private static final String COMMITS = "commits";
    /** Before each load, of its time; not counted. */
    private static final double WARM_UP_OF_A_LOAD = 0.25;

    private final GroupSizes sizes;
    private final BrokerProcess broker;
    private final Wire wire;
    private final Consumer<Figure> figures;
    private int groupsMade;

    GroupWork(GroupSizes sizes, BrokerProcess broker, Wire wire, Consumer<Figure> figures) {
        this.sizes = sizes;
        this.broker = broker;
        this.wire = wire;
        this.figures = figures;
    }

    record Figure(String name, double value) {}

    private enum Protocol {
        CLASSIC("classic protocol"),
        CONSUMER("consumer protocol");

        private final String title;

        Protocol(String title) {
            this.title = title;
        }
    }

    /** Topics, coordinators, and a broker that has compiled what it runs. */
    void prepare() throws Exception {
        for (int partitions : sizes.partitions()) {
            Workloads.createTopic(broker.bootstrap(), topic(partitions), partitions);
        }
        Workloads.createTopic(broker.bootstrap(), COMMITS, Collections.max(sizes.committed()));
        GroupCoordinators.await(wire, COMMITS);
        double share = sizes.warmUpSeconds() / 6;
        for (Protocol protocol : Protocol.values()) {
            warmUp(protocol, share);
        }
        for (int partitions : sizes.committed()) {
            int members = Collections.max(sizes.inFlight());
            committing(members, 1, partitions, turns -> Load.closed(wire, broker, turns, share / 2));
        }
    }

    private void warmUp(Protocol protocol, double seconds) {
        int members = Math.min(WARM_MEMBERS, Collections.max(sizes.members()));
        int partitions = sizes.partitions().getFirst();
        long end = System.nanoTime() + (long) (seconds * 1e9);
        do {
            make(protocol, members, partitions, (group, stableNanos) -> {});
        } while (System.nanoTime() < end);
        make(protocol, members, partitions, (group, stableNanos) -> {
            List<List<Beat>> turns = group.heartbeats().stream().map(List::of).toList();
            Load.closed(wire, broker, turns, seconds);
        });
    }

    void stable() {
        for (Protocol protocol : Protocol.values()) {
            for (int partitions : sizes.partitions()) {
                for (int members : sizes.members()) {
                    stable(protocol, members, partitions);
                }
            }
        }
    }

    private void stable(Protocol protocol, int members, int partitions) {
        String what = protocol.title + ", " + counted(members, "member") + ", " + counted(partitions, "partition");
        double[] cpuSeconds = new double[1];
        for (int time = 0; time < sizes.times(); time++) {
            double before = broker.cpuSeconds();
            make(protocol, members, partitions, (group, stableNanos) -> {
                cpuSeconds[0] += broker.cpuSeconds() - before;
                figure(what + ", until stable, ms", stableNanos / 1e6);
                try (Link link = wire.connect()) {
                    figure(what + ", one more, until stable again, ms", group.join(List.of(link)) / 1e6);
                    group.leave();
                }
            });
        }
        figure(what + ", until stable, broker CPU ms", cpuSeconds[0] * 1e3 / sizes.times());
    }

    /** In groups whose topic is of the first size: what a heartbeat costs does not depend on what its member was assigned. */
    void heartbeats() {
        for (Protocol protocol : Protocol.values()) {
            for (int members : sizes.members()) {
                make(
                        protocol,
                        members,
                        sizes.partitions().getFirst(),
                        (group, stableNanos) -> heartbeats(protocol, members, group.heartbeats()));
            }
        }
    }

    private void heartbeats(Protocol protocol, int members, List<Beat> beats) {
        int perSecond = sizes.heartbeatsPerSecond();
        Load.paced(wire, broker, beats, perSecond, sizes.seconds() * WARM_UP_OF_A_LOAD);
        Load.Result result = Load.paced(wire, broker, beats, perSecond, sizes.seconds());
        String what =
                protocol.title + ", heartbeats of " + counted(members, "member") + ", " + perSecond + "/s in all, ";
        figure(what + "p50 us", result.latencyUs(50));
        figure(what + "p99 us", result.latencyUs(99));
        figure(what + "broker CPU us each", result.cpuUsEach());
    }

    /** One member at a time; several of one group; several of a group each. */
    void commits() {
        for (int partitions : sizes.committed()) {
            for (int inFlight : sizes.inFlight()) {
                for (int groups : inFlight == 1 ? List.of(1) : List.of(1, inFlight)) {
                    committing(inFlight, groups, partitions, turns -> commits(turns, groups, partitions));
                }
            }
        }
    }

    private void commits(List<List<Beat>> turns, int groups, int partitions) {
        Load.closed(wire, broker, turns, sizes.seconds() * WARM_UP_OF_A_LOAD);
        Load.Result result = Load.closed(wire, broker, turns, sizes.seconds());
        String what = "commits of " + counted(partitions, "partition") + ", " + turns.size() + " in flight, "
                + counted(groups, "group") + ", ";
        figure(what + "commits/s", result.perSecond());
        figure(what + "p50 us", result.latencyUs(50));
        figure(what + "p99 us", result.latencyUs(99));
        figure(what + "broker CPU us each", result.cpuUsEach());
    }

    /** So many members in as many groups as told, each with its requests. */
    private void committing(int members, int groups, int partitions, Consumer<List<List<Beat>>> work) {
        List<List<Beat>> turns = new ArrayList<>();
        List<ClassicMembers> made = new ArrayList<>();
        List<Link> links = wire.connect(members);
        for (int i = 0; i < groups; i++) {
            ClassicMembers group = new ClassicMembers(wire, nextId(), COMMITS, Collections.max(sizes.committed()));
            group.join(links.subList(i * members / groups, (i + 1) * members / groups));
            turns.addAll(group.commits(partitions, DIFFERENT_COMMITS));
            made.add(group);
        }
        work.accept(turns);
        made.forEach(ClassicMembers::leave);
        links.forEach(Link::close);
    }

    private interface Use {
        void of(MembersOf group, long stableNanos);
    }

    private void make(Protocol protocol, int members, int partitions, Use use) {
        MembersOf group = switch (protocol) {
            case CLASSIC -> new ClassicMembers(wire, nextId(), topic(partitions), partitions);
            case CONSUMER -> new ConsumerMembers(wire, nextId(), topic(partitions), partitions);
        };
        List<Link> links = wire.connect(members);
        use.of(group, group.join(links));
        group.leave();
        links.forEach(Link::close);
    }

    private String nextId() {
        return "group-" + groupsMade++;
    }

    private void figure(String name, double value) {
        figures.accept(new Figure(name, value));
    }

    private static String topic(int partitions) {
        return "partitions-" + partitions;
    }

    private static String counted(int count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }
}
