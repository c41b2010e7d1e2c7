package dev.ottla.benchmarks.groups;

import dev.ottla.benchmarks.broker.Settings;
import java.util.List;
import java.util.Set;

/**
 * How much {@link Groups} does, from system properties {@code ottla.benchmark.NAME}.
 *
 * @param parts {@code parts}: of stable, heartbeats, commits, memory
 * @param members {@code members}: sizes of groups
 * @param partitions {@code partitions}: sizes of their topics
 * @param times {@code times}: how often a group of each size is made in a round
 * @param heartbeatsPerSecond {@code heartbeatsPerSecond}: of all members together
 * @param inFlight {@code inFlight}: members that commit at the same time
 * @param committed {@code committed}: partitions in a commit
 * @param groups {@code groups}: for the memory that they take
 * @param seconds {@code seconds}: for each load
 * @param warmUpSeconds {@code warmUpSeconds}: that do not count, in a broker that has just started
 */
record GroupSizes(
        Set<String> parts,
        List<Integer> members,
        List<Integer> partitions,
        int times,
        int heartbeatsPerSecond,
        List<Integer> inFlight,
        List<Integer> committed,
        int groups,
        double seconds,
        double warmUpSeconds) {

    static GroupSizes ofProperties() {
        return new GroupSizes(
                Set.copyOf(Settings.words("parts", "stable,heartbeats,commits,memory")),
                Settings.counts("members", "1,50,500"),
                Settings.counts("partitions", "100,1000"),
                Settings.count("times", 5),
                Settings.count("heartbeatsPerSecond", 2000),
                Settings.counts("inFlight", "1,64"),
                Settings.counts("committed", "1,100"),
                Settings.count("groups", 10_000),
                Settings.seconds("seconds", 5),
                Settings.seconds("warmUpSeconds", 12));
    }
}
